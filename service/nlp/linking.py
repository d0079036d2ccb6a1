"""Mentions -> entities: one person, organisation or place under one id."""

from __future__ import annotations

from collections.abc import Sequence

from service.model import Article, Entity, Mention, Segment


class Linker:
    """Links the names of one article, gives packaged identifiers and salience."""

    def __call__(
        self, article: Article, mentions: Sequence[Mention], segments: Sequence[Segment]
    ) -> tuple[Entity, ...]:
        by_name: dict[tuple[str, str], list[Mention]] = {}
        for mention in mentions:
            by_name.setdefault((mention.text, mention.type), []).append(mention)
        return tuple(
            Entity(f"e{i}", name, kind, 0.0, tuple(found)) for i, ((name, kind), found) in enumerate(by_name.items())
        )

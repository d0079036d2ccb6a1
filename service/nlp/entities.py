"""Docs -> mentions of names, and the spans of quantities."""

from __future__ import annotations

from collections.abc import Sequence

from service.model import QUANTITY_TYPES, Mention, Segment, Span
from service.nlp.language import Docs


class EntityFinder:
    """The model's entities, made consistent within the article."""

    def find(
        self, docs: Docs, segments: Sequence[Segment], amounts: Sequence[Span]
    ) -> tuple[tuple[Mention, ...], tuple[Span, ...]]:
        """Mentions of names, and quantity spans (``amounts`` were found by rule and win over the model's).

        Both are in order of field (title first) and position, and do not overlap.
        """
        mentions, spans = [], list(amounts)
        for name, doc in docs.items():
            for ent in doc.ents:
                if ent.label_ in QUANTITY_TYPES:
                    spans.append(Span(name, ent.start_char, ent.end_char, ent.label_))
                else:
                    mentions.append(Mention(name, ent.start_char, ent.end_char, ent.text, ent.label_, None))
        return tuple(mentions), tuple(spans)

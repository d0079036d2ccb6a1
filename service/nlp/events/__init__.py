"""Sentences, entities, quantities -> partnerships, tariffs, trade deals, trade disputes, export controls."""

from __future__ import annotations

from collections.abc import Sequence

from service.model import Article, Entity, Event, Quantity, Sentence
from service.nlp.language import Docs


class EventExtractor:
    """Reads the sentences that hold a trigger word."""

    def extract(
        self,
        article: Article,
        docs: Docs,
        sentences: Sequence[Sentence],
        entities: Sequence[Entity],
        quantities: Sequence[Quantity],
    ) -> tuple[Event, ...]:
        return ()

"""What the story is about: themes with score, scope and evidence."""

from __future__ import annotations

from collections.abc import Sequence

from service.model import Article, Entity, Event, Sentence, Theme
from service.nlp.language import Docs


class ThemeClassifier:
    """Every theme of the taxonomy that the article supports. ``version`` names the taxonomy."""

    version = "0"

    def classify(
        self,
        article: Article,
        docs: Docs,
        sentences: Sequence[Sentence],
        entities: Sequence[Entity],
        events: Sequence[Event],
    ) -> tuple[Theme, ...]:
        return ()

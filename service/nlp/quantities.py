"""Money, percentages and dates: found by rule where the wording is certain, and given a value."""

from __future__ import annotations

from collections.abc import Sequence

from service.model import QUANTITY_TYPES, Article, Quantity, Segment, Span


class QuantityResolver:
    """Finds the spans whose wording leaves no doubt, and says what every quantity span means."""

    def find(self, article: Article) -> tuple[Span, ...]:
        """MONEY, PERCENT (and certain DATE) spans of title and body, before the model is asked; no overlaps."""
        return ()

    def resolve(self, article: Article, spans: Sequence[Span], segments: Sequence[Segment]) -> tuple[Quantity, ...]:
        """One quantity a span, in order; unresolved values are None. Relative dates need ``article.published``."""
        return tuple(
            Quantity(QUANTITY_TYPES[s.type], s.field, s.start, s.end, article.text(s.field)[s.start : s.end], None)
            for s in spans
        )

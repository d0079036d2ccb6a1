"""Money, percentages and dates: found by rule where the wording is certain, and given a value.

numerals     numbers in figures and in words
currencies   which currency a sign, a code or a noun means
amounts      money and percentages in a text
"""

from __future__ import annotations

from collections.abc import Sequence

from service.model import QUANTITY_TYPES, Article, FieldName, Quantity, Segment, Span
from service.nlp.quantities.amounts import AmountFinder

_FIELDS: tuple[FieldName, ...] = ("title", "body")


class QuantityResolver:
    """Finds the spans whose wording leaves no doubt, and says what every quantity span means."""

    def __init__(self) -> None:
        self._amounts = AmountFinder()

    def find(self, article: Article) -> tuple[Span, ...]:
        """MONEY and PERCENT spans of title and body, before the model is asked; no overlaps."""
        return tuple(
            Span(field, amount.start, amount.end, amount.kind)
            for field in _FIELDS
            for amount in self._amounts.find(article.text(field))
        )

    def resolve(self, article: Article, spans: Sequence[Span], segments: Sequence[Segment]) -> tuple[Quantity, ...]:
        """One quantity a span, in order; unresolved values are None. Relative dates need ``article.published``."""
        return tuple(
            Quantity(QUANTITY_TYPES[s.type], s.field, s.start, s.end, article.text(s.field)[s.start : s.end], None)
            for s in spans
        )

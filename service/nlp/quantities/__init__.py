"""Money, percentages and dates: found by rule where the wording is certain, and given a value.

numerals     numbers in figures and in words
currencies   which currency a sign, a code or a noun means
amounts      money and percentages in a text
ranges       amounts that belong together
dates        what a date means; its forms are in absolute, relative and holidays, which way a weekday lies in tense
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from service.model import QUANTITY_TYPES, Article, FieldName, Quantity, Segment, Span
from service.nlp.quantities import currencies
from service.nlp.quantities.amounts import AmountFinder
from service.nlp.quantities.dates import DateReader
from service.nlp.quantities.holidays import named

_PERCENT = re.compile(r"%|per\s?cent|pct|percentage", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_CURRENCY = re.compile(r"[A-Z$]|[^\x00-\x7f]")  # there may be one: a code, a sign
_NO_DATE = re.compile(r"(?:[a-z]+ )?(?!(?:1[5-9]|20|21)\d\d\Z)\d{3}[\d,]*|\d+[MGk]Wh?")  # neither year nor age
_FIELDS: tuple[FieldName, ...] = ("title", "body")


class QuantityResolver:
    """Finds the spans whose wording leaves no doubt, and says what every quantity span means."""

    def __init__(self) -> None:
        self._amounts = AmountFinder()
        self._dates = DateReader()
        self._holidays = named()

    def find(self, article: Article) -> tuple[Span, ...]:
        """MONEY and PERCENT spans of title and body, and days that go by a name of several words, before the model is
        asked; no overlaps.
        """
        return tuple(
            Span(field, start, end, kind)
            for field in _FIELDS
            for start, end, kind in sorted(self._sure(article.text(field)))
        )

    def _sure(self, text: str) -> Iterator[tuple[int, int, str]]:
        yield from ((amount.start, amount.end, amount.kind) for amount in self._amounts.find(text))
        yield from ((match.start(), match.end(), "DATE") for match in self._holidays.finditer(text))

    def resolve(self, article: Article, spans: Sequence[Span], segments: Sequence[Segment]) -> tuple[Quantity, ...]:
        """One quantity a span, in order; unresolved values are None. Relative dates need ``article.published``.

        Spans whose words cannot mean what they were taken for ("6.77 per dollar" as a percentage) are dropped. A range
        of amounts has the value of its lower end. A bare "$" is the US dollar.
        """
        published = article.published.date() if article.published else None
        sure = [span for span in spans if self._may_be(article.text(span.field)[span.start : span.end], span.type)]
        return tuple(self._resolved(article, span, published, _segment(span, segments)) for span in sure)

    def _may_be(self, said: str, kind: str) -> bool:
        """Whether words can be of the type that the model took them for."""
        if kind == "PERCENT":
            return _PERCENT.search(said) is not None
        if kind == "MONEY" and _DIGIT.search(said) and not _CURRENCY.search(said):
            return any(amount.kind == "MONEY" for amount in self._amounts.find(said))
        return kind != "DATE" or _NO_DATE.fullmatch(said) is None

    def _resolved(self, article: Article, span: Span, published: date | None, segment: int | None) -> Quantity:
        text = article.text(span.field)
        value, currency, iso = None, None, None
        if span.type == "DATE":
            iso = self._dates.read(text, span.start, span.end, published)
        else:
            value, currency = self._worth(text[span.start : span.end], text)
        said = text[span.start : span.end]
        kind = QUANTITY_TYPES[span.type]
        return Quantity(kind, span.field, span.start, span.end, said, segment, value, currency, iso)

    def _worth(self, said: str, text: str) -> tuple[float | None, str | None]:
        amount = next(iter(self._amounts.find(said)), None)
        if amount is None:
            return None, None
        return amount.value, currencies.choose(amount.codes, text) if amount.codes else None


def _segment(span: Span, segments: Sequence[Segment]) -> int | None:
    if span.field == "title":
        return None
    return next((s.id for s in segments if s.start <= span.start < s.end), None)

"""Amounts that belong together: "$35-40 million", "between 10 and 25 percent", "69, 63 and 52 percent"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from service.nlp.quantities.currencies import Codes
from service.nlp.quantities.numerals import multiplier

YEAR = re.compile(r"(?:19|20)\d\d")

_JOIN = re.compile(r"\s?[-–—]\s?|\s+(?:(?:to|and|or)\s+(?:(?:about|almost|around|nearly|over|up to)\s+)?)|,\s+")
_FROM = re.compile(r"(?<!ranging )(?<!range )(?<!ranges )(?<!ranged )\b(?:from|by)\s+(?:[a-z]+\s+){0,2}$")


@dataclass(frozen=True, slots=True)
class Amount:
    """``value`` is None where the wording is vague, and for a range its lower end; ``codes``: the currencies it may
    be in. ``kind`` is empty for a bare number, which only counts as the end of a range ("10 to 25 percent").
    """

    start: int
    end: int
    kind: Literal["MONEY", "PERCENT", ""]
    number: float | None
    scale: str | None = None
    codes: Codes = ()
    listed: bool = False

    @property
    def value(self) -> float | None:
        return None if self.number is None else self.number * multiplier(self.scale)


def ranges(amounts: Iterable[Amount], text: str) -> list[Amount]:
    """Amounts that are the two ends of one range, or one list of percentages, put together; from right to left."""
    joined: list[Amount] = []
    for amount in reversed(list(amounts)):
        if joined and amount.end > joined[-1].start:
            continue
        right = joined[-1] if joined else None
        if (
            right
            and (link := _JOIN.fullmatch(text, amount.end, right.start))
            and _one(amount, right, link[0].strip(), text)
        ):
            joined[-1] = _together(amount, right, text)
        else:
            joined.append(amount)
    return joined[::-1]


def _one(left: Amount, right: Amount, link: str, text: str) -> bool:
    between = text.endswith("etween ", 0, left.start)
    hyphen = link in {"-", "–", "—"}
    if not left.kind:
        if not right.kind or YEAR.fullmatch(text, left.start, left.end):
            return False
        return right.listed if link == "," else link != "and" or between or right.kind == "PERCENT"
    if not right.kind:
        return left.kind == "MONEY" and not left.scale and (hyphen or (link == "to" and right.scale is not None))
    if left.kind != right.kind or right.listed:
        return False
    if link.startswith("to"):
        return left.value is not None and left.value < (right.value or 0) and not _change(left, right, text)
    return hyphen or (link.startswith("and") and between)


def _change(left: Amount, right: Amount, text: str) -> bool:
    """Whether "X to Y" says how something moved: "rose 8 cents to $57", "2 points to 9%", "from 31% to 21%"."""
    unlike = text[left.start].isdigit() != text[right.start].isdigit() and left.kind == "MONEY"
    unlike = unlike or _points(left, text) != _points(right, text)
    return unlike or _FROM.search(text, max(0, left.start - 24), left.start) is not None


def _points(amount: Amount, text: str) -> bool:
    """Whether it counts percentage points."""
    return "point" in text[amount.start : amount.end]


def _together(left: Amount, right: Amount, text: str) -> Amount:
    between = text.endswith("etween ", 0, left.start)
    inherits = not left.scale and (left.number or 0) < (right.number or 0)
    return Amount(
        start=left.start - len("between ") if between else left.start,
        end=right.end,
        kind=right.kind or left.kind,
        number=left.number,
        scale=right.scale if inherits else left.scale,
        codes=right.codes or left.codes,
        listed=not left.kind,
    )

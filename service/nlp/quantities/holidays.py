"""Days that go by a name: "Christmas Eve", "last year's Cyber Monday"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta

from service.nlp.quantities.numerals import alternatives, data
from service.nlp.quantities.setting import WEEKDAYS, Setting

_WHICH = {"last year's": -1, "this year's": 0, "next year's": 1}


def named() -> re.Pattern[str]:
    """Names of several words, which readers of words may cut in two ("Black" and "Friday")."""
    long = [name.title().replace("'S", "'s").replace(" Of ", " of ") for name in _names() if " " in name]
    return re.compile(rf"\b(?:{_either(long)})\b")


def _names() -> list[str]:
    return [*data("dates")["fixed"], *data("dates")["movable"]]


def _either(names: Iterable[str]) -> str:
    return alternatives(names).replace("'", "['’]")


def _holiday(match: re.Match[str], setting: Setting) -> str | None:
    """The nearest such day; the one of a year that is said."""
    published = setting.published
    if published is None:
        return None
    which = (match["of_year"] or "").replace("’", "'")
    steps = [_WHICH[which]] if which else [-1, 0, 1]
    days = [_in(published.year + step, match["holiday"].replace("’", "'")) for step in steps]
    return min(days, key=lambda day: abs((day - published).days)).isoformat()


def _in(year: int, name: str) -> date:
    fixed, movable = data("dates")["fixed"], data("dates")["movable"]
    if name in fixed:
        return date.fromisoformat(f"{year}-{fixed[name]}")
    month, weekday, number, later = movable[name]
    first = date(year, month, 1)
    until = (WEEKDAYS[weekday] - first.weekday()) % 7
    return first + timedelta(days=until + later, weeks=number - 1)


_OF_YEAR = r"(?:(?P<of_year>(?:last|this|next)\s+year['’]s)\s+|this\s+)?"

FORMS = ((rf"{_OF_YEAR}(?P<holiday>{_either(_names())})", _holiday),)
"""(pattern of a whole date in lower case, what it means)"""

"""Dates told from the day of publication, and lengths of time."""

from __future__ import annotations

import re
from datetime import timedelta

from service.nlp.quantities import periods
from service.nlp.quantities.numerals import data, in_words
from service.nlp.quantities.setting import STEPS, UNIT, WEEKDAY, WEEKDAYS, Setting

_NEAR = {
    "the day before yesterday": -2,
    "yesterday": -1,
    "today": 0,
    "tonight": 0,
    "tomorrow": 1,
    "the day after tomorrow": 2,
}
_ROUGH = ("decade", "centur")  # "two decades ago" names no year
_ORDINAL = "third"  # "the third year" lasts no four months
_DIGITS = 10  # of a count that anybody means
_FIGURE = re.compile(r"\d+(?:\.\d+)?")


def _near(match: re.Match[str], setting: Setting) -> str | None:
    return (setting.published + timedelta(days=_NEAR[match[0]])).isoformat() if setting.published else None


def _weekday(match: re.Match[str], setting: Setting) -> str | None:
    """A bare weekday: the last one, or today, as newswires have it, unless the words say that it is to come."""
    if match["which"] in {"every", "each"}:
        return "P1W"
    if setting.published is None:
        return None
    back = (setting.published.weekday() - WEEKDAYS[match["weekday"].rstrip(".")]) % 7
    which = match["which"]
    if which == "last":
        days = -(back or 7)
    elif which in {"next", "this coming"} or (which is None and back and setting.ahead()):
        days = 7 - back
    elif which == "this":
        days = WEEKDAYS[match["weekday"].rstrip(".")] - setting.published.weekday()
    else:
        days = -back
    return (setting.published + timedelta(days=days)).isoformat()


def _step(match: re.Match[str], setting: Setting) -> str | None:
    if setting.published is None:
        return None
    return periods.away(setting.published, STEPS[match["which"] or "this"], match["unit"])


def _weekend(match: re.Match[str], setting: Setting) -> str | None:
    """The weekend, in an article from Monday to Friday, is the last one, unless the words say otherwise."""
    if setting.published is None:
        return None
    which = match["which"]
    weeks = STEPS.get(which, 0)
    if which in {"the", "over the"} and setting.published.weekday() < 5 and not setting.ahead():
        weeks = -1
    return periods.weekend(setting.published, weeks)


def _ago(match: re.Match[str], setting: Setting) -> str | None:
    count = _count(match["count"])
    if setting.published is None or count is None or count != int(count) or match["unit"].startswith(_ROUGH):
        return None
    return periods.away(setting.published, int(count) * (-1 if match["way"] == "ago" else 1), match["unit"])


def _duration(match: re.Match[str], setting: Setting) -> str | None:
    return _lasting(_count(match["count"]), match["unit"])


def _one(match: re.Match[str], setting: Setting) -> str | None:
    return _lasting(1, match["unit"])


def _half_more(match: re.Match[str], setting: Setting) -> str | None:
    count = _count(match["count"])
    return _lasting(None if count is None else count + 0.5, match["unit"])


def _lasting(count: float | None, unit: str) -> str | None:
    """``P90D``, ``P3M``; half a year is ``P6M``, a decade ``P10Y``."""
    if not count:
        return None
    times, letter = re.fullmatch(r"(\d*)(\w)", data("dates")["units"][unit]).groups()  # type: ignore[union-attr]
    count *= int(times or 1)
    if count != int(count) and letter == "Y":
        count, letter = count * 12, "M"
    return f"P{int(count)}{letter}" if count == int(count) else None


def _count(text: str) -> float | None:
    text = text.strip().replace(",", "")
    if text.endswith(_ORDINAL):
        return None
    if _FIGURE.fullmatch(text):
        return float(text) if len(text) < _DIGITS else None
    return in_words(text.removeprefix("a whirlwind ").removeprefix("the "))


FORMS = (
    (rf"(?:(?P<which>last|this|next|this past|this coming|every|each)\s+)?(?P<weekday>{WEEKDAY})", _weekday),
    ("|".join(_NEAR), _near),
    (
        r"(?:the\s+(?=previous|current))?(?P<which>last|this|next|previous|current|this past|this coming)\s+"
        r"(?P<unit>day|week|month|quarter|year|decade)",
        _step,
    ),
    (
        r"(?:(?:by\s+)?(?:the\s+)?(?:end|start|beginning|middle|close|rest|remainder)\s+of|(?:earlier|later)\s+in)\s+"
        r"(?P<which>last|this|next|the)\s+(?P<unit>week|month|quarter|year)",
        _step,
    ),
    (r"(?P<which>)(?P<unit>year)(?:-|\s+|['’]s\s+)end", _step),
    (r"(?P<which>last|this|next|the|over the|this past|this coming)\s+weekend", _weekend),
    (rf"(?P<count>[\w\s.-]+?)\s+{UNIT}\s+(?P<way>ago|from now)", _ago),
    (rf"(?:the\s+(?:past|last|next|coming)|past)\s+{UNIT.removesuffix('s?')}", _one),
    (rf"(?:every|each|per)\s+{UNIT}", _one),
    (rf"(?P<count>[a-z0-9]+)[\s-]+and[\s-]+a[\s-]+half[\s-]+{UNIT}(?:-old)?", _half_more),
    (rf"(?P<count>an?)\s+{UNIT}\s+and\s+a\s+half", _half_more),
    (
        rf"(?:the\s+)?(?:(?:past|last|next|coming|previous|prior|first|final|initial)\s+)?(?P<count>[a-z0-9][\w\s.,-]*?)[\s-]+{UNIT}(?:[\s-]+(?:long|old|period|term))?",
        _duration,
    ),
)
"""(pattern of a whole date in lower case, what it means)"""

"""Dates that say their day, month, quarter or year; what they leave out is taken from the day of publication."""

from __future__ import annotations

import re
from datetime import date

from service.nlp.quantities import periods
from service.nlp.quantities.setting import DAY, MONTH, MONTHS, ORDINALS, STEPS, WEEKDAY, YEAR, Setting

_SOON = 3  # a bare month that begins within so many is the coming one, unless the words say that it has been
_FISCAL = r"(?:fiscal\s+(?:year\s+)?|fy\s?|financial\s+year\s+)"
_OF_YEAR = rf"(?:,?\s*(?:of\s+)?(?:the\s+)?{_FISCAL}?(?:{YEAR}|(?P<yy>\d\d)|(?P<which>last|this|next|the)\s+year))?"


def _day(match: re.Match[str], setting: Setting) -> str | None:
    month, day = MONTHS[match["month"]], int(match["day"])
    if match["year"]:
        return periods.on(int(match["year"]), month, day)
    if setting.published is None:
        return None
    meant = _nearest(setting.published, month, day, setting.ahead())
    return meant.isoformat() if meant else None


def _nearest(published: date, month: int, day: int, ahead: bool | None) -> date | None:
    """The nearest such day; words that say which way it lies rule out the other way beyond a month."""
    years = (published.year - 1, published.year, published.year + 1)
    days = [date.fromisoformat(iso) for year in years if (iso := periods.on(year, month, day))]
    days.sort(key=lambda d: abs((d - published).days))
    fitting = [d for d in days if ahead is None or abs((d - published).days) < 32 or ahead == (d > published)]
    return fitting[0] if fitting else None


def _numeric(match: re.Match[str], setting: Setting) -> str | None:
    return periods.on(int(match["year"]), int(match["m"]), int(match["d"]))


def _slashed(match: re.Match[str], setting: Setting) -> str | None:
    """16/05/2025 and 4/22/2024; where both could be the month, nobody knows."""
    one, two, year = int(match["one"]), int(match["two"]), int(match["year"])
    if one > 12 or one == two:
        return periods.on(year, two, one)
    return periods.on(year, one, two) if two > 12 else None


def _month_and_year(match: re.Match[str], setting: Setting) -> str | None:
    month = MONTHS[match["month"]]
    if match["year"]:
        return f"{match['year']}-{month:02d}"
    if setting.published is None:
        return None
    return f"{setting.published.year + STEPS[match['which']]}-{month:02d}"


def _month(match: re.Match[str], setting: Setting) -> str | None:
    """A bare month: the last one, unless it is near or the words say that it is to come."""
    published = setting.published
    if published is None:
        return None
    since = (published.month - MONTHS[match["month"]]) % 12  # months since the last one
    if match["which"] in {"last", "this past"}:
        return periods.month(published, -(since or 12))
    if match["which"] in {"next", "this coming"}:
        return periods.month(published, 12 - since)
    if match["which"] == "this":
        return f"{published.year}-{MONTHS[match['month']]:02d}"
    ahead = setting.ahead()
    coming = since and ((ahead and since > 1) or (ahead is None and 12 - since <= _SOON))
    return periods.month(published, 12 - since if coming else -since)


def _year(match: re.Match[str], setting: Setting) -> str | None:
    return match["year"]


def _short_year(match: re.Match[str], setting: Setting) -> str | None:
    return f"20{match['yy']}"


def _quarter(match: re.Match[str], setting: Setting) -> str | None:
    number = int(match["n"] or match["n2"] or ORDINALS[match["q"]])
    year = _said_year(match, setting)
    if year is None and setting.published:
        year = setting.published.year
        current = (setting.published.month + 2) // 3
        if number > current and not setting.ahead() and not (setting.ahead() is None and number == current + 1):
            year -= 1
        elif number < current and setting.ahead() and current - number > 1:
            year += 1
    return f"{year}-Q{number}" if year else None


def _quarter_of_month(match: re.Match[str], setting: Setting) -> str | None:
    """Of "the September quarter", "the quarter ended June 30, 2025"."""
    month = _month(match, setting) if not match["year"] else f"{match['year']}-{MONTHS[match['month']]:02d}"
    return periods.quarter(date.fromisoformat(f"{month}-01")) if month else None


def _half(match: re.Match[str], setting: Setting) -> str | None:
    number = int(match["n"] or match["n2"] or ORDINALS[match["q"]])
    year = _said_year(match, setting)
    if year is None and setting.published:
        early = setting.published.month <= 6
        year = setting.published.year - (number == 2 and early and setting.ahead() is False)
    return f"{year}-H{number}" if year else None


def _said_year(match: re.Match[str], setting: Setting) -> int | None:
    if match["year"] or match["yy"]:
        return int(match["year"] or f"20{match['yy']}")
    if match["which"] and setting.published:
        return setting.published.year + STEPS[match["which"]]
    return None


def _years(match: re.Match[str], setting: Setting) -> str | None:
    start, end = match["year"], match["end"]
    end = start[: 4 - len(end)] + end
    return f"{start}/{end}" if len(end) == 4 and start < end else None


def _days(match: re.Match[str], setting: Setting) -> str | None:
    end = _day(match, setting)
    start = periods.on(int(end[:4]), int(end[5:7]), int(match["from"])) if end else None
    return f"{start}/{end}" if start and end and start < end else None


def _decade(match: re.Match[str], setting: Setting) -> str | None:
    return f"{match['decade']}X"


_TO = r"\s*(?:[-–—]|to|and|through|until)\s*"
_BETWEEN = r"(?:between\s+|from\s+)?"
_FROM_DAY = r"(?P<from>\d{1,2})(?:st|nd|rd|th)?"

FORMS = (
    (rf"(?:{WEEKDAY},?\s+)?{MONTH},?\s*{DAY}(?:\s*,?\s+{YEAR})?(?:,?\s+{WEEKDAY})?", _day),
    (rf"(?:{WEEKDAY},?\s+)?(?:the\s+)?{DAY}\s*(?:of\s+)?{MONTH}(?:,?\s*{YEAR})?", _day),
    (rf"{YEAR}[-/.](?P<m>\d\d?)[-/.](?P<d>\d\d?)", _numeric),
    (rf"(?P<one>\d\d?)[/.-](?P<two>\d\d?)[/.-]{YEAR}", _slashed),
    (rf"{MONTH},?\s+(?:of\s+)?(?:{YEAR}|(?P<which>last|this|next)\s+year)", _month_and_year),
    (rf"(?:(?P<which>last|this|next|this past|this coming)\s+)?{MONTH}", _month),
    (rf"(?:the\s+)?{_FISCAL}?{YEAR}(?:\s+(?:fiscal|financial|calendar)(?:\s+year)?)?", _year),
    (r"(?:the\s+)?(?:fiscal\s+|fy\s?)(?P<yy>\d\d)", _short_year),
    (
        rf"(?:the\s+)?(?:fiscal\s+)?(?:q(?P<n>[1-4])|(?P<n2>[1-4])q|(?P<q>first|second|third|fourth|[1-4](?:st|nd|rd|th))[\s-]+(?:fiscal\s+)?quarter){_OF_YEAR}",
        _quarter,
    ),
    (rf"(?:the\s+)?(?:h(?P<n>[12])|(?P<n2>[12])h|(?P<q>first|second)[\s-]half){_OF_YEAR}", _half),
    (rf"(?:the\s+)?(?P<which>)(?:{DAY}\s+)?{MONTH}(?:,?\s+{YEAR})?\s+quarter", _quarter_of_month),
    (
        rf"(?:the\s+)?(?P<which>)quarter\s+(?:ended|ending)\s+(?:\d+\s+)?{MONTH}(?:\s+{DAY})?(?:,?\s+{YEAR})?",
        _quarter_of_month,
    ),
    (
        rf"{_FISCAL}?{YEAR},?\s+(?:fiscal\s+)?(?:q(?P<n>[1-4])|(?P<n2>[1-4])q|(?P<q>first|second|third|fourth|[1-4](?:st|nd|rd|th))[\s-]+quarter)(?P<which>)(?P<yy>)",
        _quarter,
    ),
    (rf"{_BETWEEN}{YEAR}(?:{_TO}|/)(?P<end>\d{{4}}|\d\d)", _years),
    (rf"{_BETWEEN}{MONTH}\s*{_FROM_DAY}{_TO}{DAY}(?:,?\s+{YEAR})?", _days),
    (rf"{_BETWEEN}{_FROM_DAY}{_TO}{DAY}\s+{MONTH}(?:,?\s+{YEAR})?", _days),
    (r"(?:the\s+)?(?:mid-)?(?P<decade>1[5-9]\d|20\d)0['’]?s", _decade),
)
"""(pattern of a whole date in lower case, what it means)"""

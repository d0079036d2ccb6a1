"""Where a date stands, and the words that all forms of dates share."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date

from service.nlp.quantities.tense import Tense

MONTHS = {name.lower(): i for names in (calendar.month_name, calendar.month_abbr) for i, name in enumerate(names) if i}
MONTHS["sept"] = 9
WEEKDAYS = {name.lower(): i for names in (calendar.day_name, calendar.day_abbr) for i, name in enumerate(names)}
WEEKDAYS |= {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4}
ORDINALS |= {f"{n}{ending}": n for n in (1, 2, 3, 4) for ending in ("st", "nd", "rd", "th")}  # "2th" is a slip

MONTH = r"(?P<month>" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\.?"
WEEKDAY = r"(?:" + "|".join(sorted(WEEKDAYS, key=len, reverse=True)) + r")\.?"
DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
YEAR = r"(?P<year>1[5-9]\d\d|20\d\d|21\d\d)"
UNIT = r"(?P<unit>day|week|fortnight|month|quarter|year|decade|centur(?:y|ie))s?"

#: how far "last", "this" and "next" step
STEPS = {
    **dict.fromkeys(("last", "previous", "past", "this past"), -1),
    **dict.fromkeys(("this", "current", "the"), 0),
    **dict.fromkeys(("next", "coming", "this coming", "following"), 1),
}


@dataclass(frozen=True, slots=True)
class Setting:
    """The text around a date, the day of publication (None where unknown), and the reading of tenses."""

    before: str
    after: str
    published: date | None
    tense: Tense

    def ahead(self) -> bool | None:
        """Whether what happens then is yet to come; None where the words do not say."""
        return self.tense.ahead(self.before, self.after)

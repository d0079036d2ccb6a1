"""What a date means: "last month" -> 2025-01, "the end of Q1" -> 2026-Q1, "90-day" -> P90D.

ISO 8601: days, weeks (``2025-W07``), months, years, durations (``P90D``, also for what recurs: "monthly" is ``P1M``),
intervals (``2018/2020``), decades (``198X``, ISO 8601-2); quarters and halves (``2026-Q1``, ``2025-H2``) as TIMEX3
writes them. Seasons, and what names no number ("recent years"), mean nothing certain: None.
"""

from __future__ import annotations

import re
from datetime import date

from service.nlp.quantities import absolute, holidays, relative
from service.nlp.quantities.numerals import alternatives, data
from service.nlp.quantities.setting import Setting
from service.nlp.quantities.tense import Tense

_AROUND = 120  # characters of context on each side
_LONGEST = 100  # characters of a date


class DateReader:
    """Compiles its grammar once; ``read`` tries each form in turn."""

    def __init__(self) -> None:
        words = data("dates")
        self._tense = Tense()
        self._recurring: dict[str, str] = words["recurring"]
        self._before = re.compile(rf"(?:(?:{alternatives(words['trimmed']['before'])})(?:\s+|-))+(?=\S)")
        self._after = re.compile(rf"(?:\s+(?:{alternatives(words['trimmed']['after'])}))+$")
        self._forms = [
            (re.compile(pattern), read) for pattern, read in (*holidays.FORMS, *absolute.FORMS, *relative.FORMS)
        ]

    def read(self, text: str, start: int, end: int, published: date | None) -> str | None:
        """The meaning of the date at ``text[start:end]``, None where it has none that is certain."""
        said = re.sub(r"\s+", " ", text[start:end].lower()).strip(' ,.;:()"“”')
        if len(said) > _LONGEST:
            return None
        if said in self._recurring:
            return self._recurring[said]
        setting = Setting(text[max(0, start - _AROUND) : start], text[end : end + _AROUND], published, self._tense)
        for wording in dict.fromkeys((said, self._trimmed(said))):
            for pattern, mean in self._forms:
                if (match := pattern.fullmatch(wording)) and (meaning := mean(match, setting)):
                    return meaning
        return None

    def _trimmed(self, said: str) -> str:
        """Without what does not change the meaning: "late Friday", "the end of 2025", "Monday morning"."""
        before = self._before.match(said)
        return self._after.sub("", said[before.end() :] if before else said)

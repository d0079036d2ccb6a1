"""Days, weeks, months, quarters and years, and how ISO 8601 writes them."""

from __future__ import annotations

import re
from datetime import date, timedelta

_YEAR = re.compile(r"\d{4}-")
_FARTHEST = 10_000  # units: beyond, no date has four digits in its year


def on(year: int, month: int, day: int) -> str | None:
    """The ISO date, None where there is no such day."""
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def week(day: date, weeks: int = 0) -> str:
    """The ISO week of a day, some weeks away: ``2025-W07``."""
    year, number, _ = (day + timedelta(weeks=weeks)).isocalendar()
    return f"{year}-W{number:02d}"


def weekend(day: date, weeks: int = 0) -> str:
    """Saturday and Sunday of the week of a day: ``2025-02-15/2025-02-16``."""
    saturday = day + timedelta(days=5 - day.weekday(), weeks=weeks)
    return f"{saturday}/{saturday + timedelta(days=1)}"


def month(day: date, months: int = 0) -> str:
    """The month of a day, some months away: ``2025-02``."""
    year, index = divmod(day.year * 12 + day.month - 1 + months, 12)
    return f"{year}-{index + 1:02d}"


def quarter(day: date, quarters: int = 0) -> str:
    """The quarter of a day, some quarters away: ``2026-Q1``."""
    year, index = divmod(day.year * 4 + (day.month - 1) // 3 + quarters, 4)
    return f"{year}-Q{index + 1}"


def away(day: date, count: int, unit: str) -> str | None:
    """The day, week, month, quarter or year that lies ``count`` units from a day, as precise as its unit."""
    if abs(count) > _FARTHEST:
        return None
    try:
        if unit.startswith("day"):
            return (day + timedelta(days=count)).isoformat()
        if unit.startswith(("week", "fortnight")):
            return week(day, count * (2 if unit.startswith("f") else 1))
    except OverflowError:
        return None
    if unit.startswith(("month", "quarter")):
        period = month(day, count) if unit.startswith("month") else quarter(day, count)
        return period if _YEAR.match(period) else None
    years = count * {"decade": 10, "centur": 100}.get(unit[:6], 1)
    return f"{day.year + years:04d}" if 0 < day.year + years < 10_000 else None

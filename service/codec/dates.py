"""The text of a date as feeds write it -> what it means; a timestamp -> how we write it."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

YEARS = range(1800, 2201)  # beyond them it is a default value (0001-01-01) or a slip, and date arithmetic overflows
LONGEST = 100  # characters
LAST_MOMENT = 253_402_300_799_999  # 9999-12-31T23:59:59.999Z in ms


def parse(text: str) -> datetime | None:
    """ISO 8601 (``2025-02-04T09:30:00+08:00``, ``2025-02-04``) or RFC 2822 (``Tue, 4 Feb 2025 09:30:00 GMT``).

    Always aware; without a zone it is taken as UTC. None where it is neither, or no date of the calendar.
    """
    stripped = text.strip()
    if len(stripped) > LONGEST:
        return None
    found = _iso(stripped) or _mail(stripped)
    if found is None or found.year not in YEARS:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def rfc3339(milliseconds: int) -> str:
    """In UTC. Producers may send any 64-bit number; what is no date is moved to the nearest one."""
    clamped = min(max(milliseconds, 0), LAST_MOMENT)
    moment = datetime.fromtimestamp(clamped // 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{clamped % 1000:03d}Z"


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.upper().removesuffix(" UTC").removesuffix(" GMT"))
    except ValueError:
        return None


def _mail(text: str) -> datetime | None:
    """Trap: the parser skips what it does not know, and would take 8:30 PM for the morning."""
    if text.upper().endswith(("AM", "PM")):
        return None
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None

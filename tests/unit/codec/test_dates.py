from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.codec.dates import parse, rfc3339

MORNING = datetime(2025, 2, 4, 9, 30, tzinfo=UTC)
TAIPEI = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-02-04T09:30:00Z", MORNING),
        ("2025-02-04T09:30:00+00:00", MORNING),
        ("2025-02-04T09:30:00.123456Z", MORNING.replace(microsecond=123456)),
        ("2025-02-04T09:30:00.123456789Z", MORNING.replace(microsecond=123456)),
        ("2025-02-04T09:30", MORNING),
        ("2025-02-04 09:30:00", MORNING),
        ("2025-02-04 09:30:00 UTC", MORNING),
        ("2025-02-04 09:30:00 +0000", MORNING),
        ("2025-02-04 09:30:00 GMT", MORNING),
        ("2025-02-04t09:30:00z", MORNING),
        ("20250204T093000Z", MORNING),
        ("2025-02-04T17:30:00+08:00", MORNING),
        ("2025-02-04T17:30:00+0800", MORNING),
        ("2025-02-04", datetime(2025, 2, 4, tzinfo=UTC)),
        ("20250204", datetime(2025, 2, 4, tzinfo=UTC)),
        (" 2025-02-04\n", datetime(2025, 2, 4, tzinfo=UTC)),
        ("Tue, 04 Feb 2025 09:30:00 GMT", MORNING),
        ("Tue, 4 Feb 2025 17:30:00 +0800", MORNING),
        ("4 Feb 2025 09:30:00 +0000", MORNING),
        ("Tue, 04 Feb 2025 04:30:00 EST", MORNING),
        ("Tue, 04 Feb 2025 09:30:00 -0000", MORNING),
        ("Tue, 04 Feb 2025 09:30 GMT", MORNING),
    ],
)
def test_dates_of_feeds(text: str, expected: datetime) -> None:
    assert parse(text) == expected


def test_the_day_is_the_publishers() -> None:
    found = parse("2025-02-04T01:30:00+08:00")
    assert found is not None
    assert (found.date().isoformat(), found.utcoffset()) == ("2025-02-04", timedelta(hours=8))


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "yesterday",
            "Feb 4, 2025 9:30 PM",
            "2025-02-31",
            "2025-02-30T09:30:00Z",
            "31 Feb 2025 09:30:00 +0000",
            "04/02/2025",
            "1738661400",
        ),
        *("0001-01-01T00:00:00", "9999-12-31T23:59:59Z", "2025", "\x00", "2025-02-04T25:00:00Z", "2" * 1_000_000),
        *(
            "2025-02-04T09:30:00+99:99",
            "Tue, 04 Feb 99999999999999 09:30:00 GMT",
            "Tue, 04 Feb 2025 09:30:00 +99999999",
        ),
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert parse(text) is None


PIECES = st.sampled_from(
    [*"0123456789", "20", "-", ":", "T", "Z", "W", " ", ",", ".", "+", "Feb", "Tue", "GMT", "/", "\x00"]
)


@given(st.lists(PIECES, max_size=20).map("".join) | st.text(max_size=30))
def test_no_text_raises_and_every_date_can_be_reckoned_with(text: str) -> None:
    found = parse(text)
    if found is not None:
        assert (found - timedelta(days=366)).astimezone(UTC) < found


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [
        (1_772_668_800_417, "2026-03-05T00:00:00.417Z"),
        (-5, "1970-01-01T00:00:00.000Z"),
        (1 << 62, "9999-12-31T23:59:59.999Z"),
    ],
)
def test_any_timestamp_can_be_written(milliseconds: int, text: str) -> None:
    assert rfc3339(milliseconds) == text

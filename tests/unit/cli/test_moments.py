"""Moments as people write them."""

from __future__ import annotations

import time

import click
import pytest

from service.cli.moments import Moment
from service.codec import rfc3339

DAY = 1_795_651_200_000  # 2026-11-26 in UTC


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-26", DAY),
        ("2026-11-26T08:30", DAY + 8 * 3_600_000 + 30 * 60_000),
        ("2026-11-26T08:30:00.250Z", DAY + 8 * 3_600_000 + 30 * 60_000 + 250),
        ("2026-11-26T01:00+01:00", DAY),
    ],
)
def test_dates_and_times(text: str, moment: int) -> None:
    assert Moment().convert(text, None, None) == moment
    assert Moment().convert(rfc3339(moment), None, None) == moment


@pytest.mark.parametrize(("text", "seconds"), [("now", 0), ("90s", 90), ("30m", 1800), ("2h", 7200), ("3d", 259_200)])
def test_so_long_ago(text: str, seconds: int) -> None:
    before = time.time()
    moment = Moment().convert(text, None, None) / 1000 + seconds
    assert before - 0.001 <= moment <= time.time() + 0.001


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01", "5", "-2h", "2 h", "٣d"])
def test_what_is_no_moment_is_told(text: str) -> None:
    with pytest.raises(click.BadParameter):
        Moment().convert(text, None, None)

"""What counts as a stall, and what does not."""

from __future__ import annotations

from collections.abc import Iterator

from service.runtime.stream.watch import Clock, Progress


def clock(*readings: float, longest: float = 10.0) -> Clock:
    times: Iterator[float] = iter(readings)
    return Clock(longest, lambda: next(times))


def test_the_clock_runs_while_the_process_is_awake() -> None:
    made = clock(100.0, 103.0, 107.0)
    assert [made(), made()] == [3.0, 7.0]


def test_an_hour_frozen_counts_as_the_longest_gap() -> None:
    made = clock(0.0, 3600.0, 3601.0)
    assert [made(), made()] == [10.0, 11.0]


def test_lag_without_progress_adds_up() -> None:
    progress = Progress(0.0)
    assert progress.still(done=5, lag=10, now=1.0) == 0.0
    assert progress.still(done=5, lag=10, now=31.0) == 30.0


def test_no_telling_is_as_bad_as_lag() -> None:
    progress = Progress(0.0)
    progress.still(done=5, lag=None, now=1.0)
    assert progress.still(done=5, lag=None, now=31.0) == 30.0


def test_progress_begins_the_count_anew() -> None:
    progress = Progress(0.0)
    progress.still(done=5, lag=10, now=1.0)
    assert progress.still(done=6, lag=10, now=31.0) == 0.0


def test_without_lag_nothing_need_move() -> None:
    progress = Progress(0.0)
    progress.still(done=5, lag=10, now=1.0)
    assert progress.still(done=5, lag=0, now=3600.0) == 0.0

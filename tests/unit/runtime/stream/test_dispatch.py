"""Small jobs when there is little to do, large ones when there is much, and nobody starves."""

from __future__ import annotations

import itertools

import pytest

from service.model import Processed, RawEvent, Report
from service.runtime.stream.dispatch import BATCH_BYTES, Dispatcher
from service.runtime.stream.line import Job, Line
from service.runtime.tagging.jobs import Failure

CLOCK = itertools.count()


def fill(line: Line, count: int, size: int = 1000) -> None:
    for _ in range(count):
        line.admit(RawEvent("articles.raw", 0, line.position, 0, None, b"x" * size), float(next(CLOCK)))


def dispatcher(*lines: Line, workers: int = 2) -> Dispatcher:
    made = Dispatcher(workers, batch_events=32)
    for line in lines:
        made.add(line, lambda: None)
    return made


def drain(made: Dispatcher) -> list[Job]:
    return list(iter(made.next, None))


def test_where_nothing_waits_there_is_no_job() -> None:
    assert dispatcher(Line(0)).next() is None


def test_few_events_are_spread_over_the_processes_one_by_one() -> None:
    line = Line(0)
    fill(line, 4)
    assert [len(job.entries) for job in drain(dispatcher(line))] == [1, 1, 1, 1]


def test_many_events_make_full_batches_that_shrink_towards_the_end() -> None:
    line = Line(0)
    fill(line, 400)
    sizes = [len(job.entries) for job in drain(dispatcher(line))]
    assert sizes[0] == 32
    assert sizes[-1] == 1
    assert sizes == sorted(sizes, reverse=True)
    assert sum(sizes) == 400


def test_long_articles_make_small_batches() -> None:
    line = Line(0)
    fill(line, 64, size=100_000)
    for job in drain(dispatcher(line)):
        assert sum(entry.size for entry in job.entries) <= BATCH_BYTES


def test_one_article_beyond_every_bound_is_a_job_of_its_own() -> None:
    line = Line(0)
    fill(line, 1, size=4 * BATCH_BYTES)
    assert [len(job.entries) for job in drain(dispatcher(line))] == [1]


def test_the_longest_waiting_partition_comes_first() -> None:
    early, late = Line(0), Line(0)
    fill(early, 1)
    fill(late, 1)
    assert [job.line for job in drain(dispatcher(late, early))] == [early, late]


def test_outcomes_of_a_partition_that_was_given_up_are_ignored() -> None:
    line = Line(0)
    fill(line, 1)
    made = dispatcher(line)
    job = made.next()
    assert job is not None
    made.remove(line)
    made.settle(job, [Processed(0, (), Report("tombstone"))])
    made.put_back(job)
    assert line.finished(9, 9999) == []
    assert made.next() is None


def test_the_partition_hears_of_each_outcome() -> None:
    line, heard = Line(0), []
    fill(line, 2)
    made = Dispatcher(1, batch_events=1)
    made.add(line, lambda: heard.append(len(line.finished(9, 9999))))
    first, second = made.next(), made.next()
    assert first is not None
    assert second is not None
    made.settle(first, [Processed(0, (), Report("tombstone"))])
    made.settle(second, Failure("worker_died", ""))
    assert heard == [1, 1]


def test_the_log_says_which_events_were_in_a_job_that_failed(caplog: pytest.LogCaptureFixture) -> None:
    line = Line(7)
    fill(line, 40)
    made = dispatcher(line, workers=1)
    job = made.next()
    assert job is not None
    made.settle(job, Failure("worker_died", "signal 9"))
    (record,) = caplog.records
    told = vars(record)
    assert told["message"] == "a tagging job failed: worker_died"
    assert (told["event_id"], told["offset"], told["attempt"]) == ("articles.raw/0/7", 7, 1)
    assert told["last_offset"] == 6 + told["events"] == 6 + len(job.entries)

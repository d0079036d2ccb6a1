"""The order and the bookkeeping of one partition's events."""

from __future__ import annotations

import pytest

from service.model import Message, Processed, RawEvent, Report
from service.runtime.stream.line import Job, Line, size_of
from service.runtime.tagging.jobs import Failure


def event(offset: int, value: bytes | None = None) -> RawEvent:
    body = f'{{"id": "a:{offset}", "body": "Text {offset}."}}'.encode()
    return RawEvent("articles.raw", 0, offset, 0, None, body if value is None else value)


def done(entry_offset: int) -> Processed:
    return Processed(entry_offset, (Message("enriched", b"key", b"value", ()),), Report("enriched"))


def line(*offsets: int, position: int = 0) -> Line:
    made = Line(position)
    for offset in offsets:
        made.pass_over(offset)
        made.admit(event(offset), float(offset))
    return made


def job(made: Line, events: int = 32, size: int = 1_000_000) -> Job:
    taken = made.take(events, size)
    assert taken is not None
    return taken


def offsets(taken: Job) -> list[int]:
    return [entry.event.offset for entry in taken.entries]


def finished(made: Line) -> list[int]:
    return [entry.event.offset for entry in made.finished(100, 1_000_000)]


def test_admitting_moves_the_position_past_the_event() -> None:
    assert line(5, 7, position=5).position == 8


def test_an_event_below_the_position_is_refused() -> None:
    with pytest.raises(ValueError, match="below"):
        line(5, position=5).admit(event(5), 0.0)


def test_a_hole_that_holds_nothing_is_passed_over_and_never_backwards() -> None:
    made = line(position=10)
    made.pass_over(15)
    made.pass_over(12)
    assert made.position == 15


def test_jobs_take_the_events_in_order_by_number_and_by_size() -> None:
    made = line(0, 1, 2, 3)
    assert offsets(job(made, events=2)) == [0, 1]
    assert offsets(job(made, size=1)) == [2]
    assert offsets(job(made)) == [3]
    assert made.take(32, 1_000_000) is None


def test_only_the_finished_head_may_be_published() -> None:
    made = line(0, 1, 2)
    first, second = job(made, events=1), job(made)
    made.settle(second, [done(1), done(2)])
    assert finished(made) == []
    made.settle(first, [done(0)])
    assert finished(made) == [0, 1, 2]


def test_a_transaction_is_bounded_by_number_and_by_size() -> None:
    made = line(0, 1, 2)
    made.settle(job(made), [done(0), done(1), done(2)])
    assert len(made.finished(2, 1_000_000)) == 2
    assert len(made.finished(100, 1)) == 1


def test_what_is_published_leaves_the_line_and_moves_what_is_settled() -> None:
    made = line(0, 1)
    made.settle(job(made), [done(0), done(1)])
    assert made.settled == 0
    made.published(made.finished(1, 1_000_000))
    assert (made.settled, len(made)) == (1, 1)
    made.published(made.finished(1, 1_000_000))
    assert (made.settled, len(made), made.bytes) == (2, 0, 0)


def test_publishing_out_of_order_is_a_bug_that_shows() -> None:
    made = line(0, 1)
    made.settle(job(made), [done(0), done(1)])
    with pytest.raises(ValueError, match="order"):
        made.published(made.finished(2, 1_000_000)[1:])


def test_after_a_failure_each_event_is_tried_once_more_alone_and_first() -> None:
    made = line(0, 1, 2)
    made.settle(job(made, events=2), Failure("worker_died", "killed"))
    again = [job(made), job(made)]
    assert [offsets(alone) for alone in again] == [[0], [1]]
    assert all(alone.attempt == 2 for alone in again)
    assert offsets(job(made)) == [2]


@pytest.mark.parametrize("reason", ["worker_died", "worker_timeout", "tagger_failed"])
def test_what_fails_alone_is_a_dead_letter_and_the_rest_goes_on(reason: str) -> None:
    made = line(0, 1)
    made.settle(job(made), Failure(reason, "at first"))
    made.settle(job(made), Failure(reason, "again"))
    made.settle(job(made), [done(1)])
    dead, fine = [entry.result for entry in made.finished(100, 1_000_000)]
    assert dead is not None
    assert fine == done(1)
    assert (dead.report.outcome, dead.report.reason) == ("dead", reason)
    assert dict(dead.messages[0].headers)["wiretag_attempt"] == b"2"


def test_a_single_event_gets_its_second_try_too() -> None:
    made = line(0)
    made.settle(job(made), Failure("worker_died", ""))
    assert finished(made) == []
    assert job(made).attempt == 2


def test_a_job_put_back_keeps_its_place() -> None:
    made = line(0, 1, 2)
    first = job(made, events=2)
    size = made.waiting_bytes
    made.put_back(first)
    assert made.waiting_bytes > size
    assert offsets(job(made)) == [0, 1, 2]


def test_a_retry_put_back_stays_a_retry() -> None:
    made = line(0, 1)
    made.settle(job(made), Failure("worker_died", ""))
    made.put_back(job(made))
    assert (job(made).attempt, job(made).attempt) == (2, 2)


def test_an_unchanged_repetition_needs_no_work_but_waits_its_turn() -> None:
    made = Line(0)
    for offset in (0, 1):
        made.admit(event(offset, b'{"id": "a", "body": "Same."}'), 0.0)
    first = job(made)
    assert offsets(first) == [0]
    assert finished(made) == []
    made.settle(first, [done(0)])
    assert [entry.result and entry.result.report.outcome for entry in made.finished(9, 9999)] == [
        "enriched",
        "unchanged",
    ]


@pytest.mark.parametrize(("key", "producer"), [(b"key.example:1", "key.example"), (None, "id.example")])
def test_an_unchanged_repetition_has_its_producer(key: bytes | None, producer: str) -> None:
    made = Line(0)
    value = b'{"id": "id.example:1", "body": "Text."}'
    for offset in range(2):
        made.admit(RawEvent("articles.raw", 0, offset, 0, key, value), 0.0)
    made.settle(job(made), [done(0)])
    results = [entry.result.report for entry in made.finished(2, 1_000_000) if entry.result]
    assert (results[1].outcome, results[1].producer) == ("unchanged", producer)


def test_a_change_in_between_is_no_repetition() -> None:
    made = Line(0)
    for offset, body in enumerate((b"One.", b"Two.", b"One.")):
        made.admit(event(offset, b'{"id": "a", "body": "' + body + b'"}'), 0.0)
    assert offsets(job(made)) == [0, 1, 2]


def test_a_dead_article_sent_again_gets_another_chance() -> None:
    made = Line(0)
    made.admit(event(0, b'{"id": "a", "body": "Same."}'), 0.0)
    made.settle(job(made), Failure("worker_died", ""))
    made.settle(job(made), Failure("worker_died", ""))
    made.admit(event(1, b'{"id": "a", "body": "Same."}'), 0.0)
    assert offsets(job(made)) == [1]


def test_the_memory_for_repetitions_is_bounded() -> None:
    made = Line(0)
    made._seen._articles = 2
    for offset, name in enumerate(("a", "b", "c", "a")):
        made.admit(event(offset, b'{"id": "%s", "body": "Same."}' % name.encode()), 0.0)
    assert offsets(job(made)) == [0, 1, 2, 3]


def test_headers_take_memory_too() -> None:
    many = RawEvent("articles.raw", 0, 0, 0, None, b"{}", tuple(("x" * 9, b"") for _ in range(1_000)))
    assert size_of(many) > 100_000

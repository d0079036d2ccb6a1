"""What a record that was published again says of the first time, and what anybody may make of such headers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.codec import is_replay, moment, open_letter, reject, repeat, replay_of
from service.model import RawEvent, Rejected

FIRST = 1_764_000_000_123  # when ``raw`` events came


def stored(event: RawEvent, offset: int, timestamp: int) -> RawEvent:
    """What the log makes of an event that is published again."""
    return replace(event, offset=offset, timestamp=timestamp)


def letter_of(event: RawEvent, reason: str = "worker_died", attempt: int = 2) -> RawEvent:
    """The event's dead letter, as it stands in its topic."""
    (message,) = reject(event, Rejected(reason, "said why"), attempt).messages
    return RawEvent(
        "articles.dead", 1, event.offset + 100, event.timestamp + 9, message.key, message.value, message.headers
    )


def test_an_event_of_the_first_time_is_no_replay(raw: Any) -> None:
    event = raw(b"x", (("wiretag_attempt", b"9"),))
    assert (is_replay(event), replay_of(event), moment(event)) == (False, None, FIRST)


def test_a_replay_is_the_event_byte_for_byte_at_the_time_of_the_first(raw: Any) -> None:
    event = raw(b"\xff", (("mine", b"\xfe"), ("mine", b"2")), key=b"k")
    again = stored(repeat(event, "run"), 99, FIRST + 5_000)
    assert (again.key, again.value, again.headers[:2]) == (b"k", b"\xff", event.headers)
    replay = replay_of(again)
    assert replay
    assert (replay.run, replay.of, replay.origin) == ("run", "articles.raw/3/17", "articles.raw/3/17")
    assert (replay.count, replay.attempts, replay.deaths) == (1, 0, ())
    assert moment(again) == FIRST


def test_a_replay_of_a_replay_remembers_the_first(raw: Any) -> None:
    once = stored(repeat(raw(b"x"), "one"), 99, FIRST + 5_000)
    replay = replay_of(stored(repeat(once, "two"), 120, FIRST + 9_000))
    assert replay
    assert (replay.run, replay.of, replay.origin) == ("two", "articles.raw/3/99", "articles.raw/3/17")
    assert (replay.count, replay.timestamp) == (2, FIRST)


def test_what_dies_again_counts_up_and_knows_its_past(raw: Any) -> None:
    first = open_letter(letter_of(raw(b"x", (("mine", b"1"),), key=b"k")))
    assert first
    again = stored(first.revived("run"), 99, FIRST + 5_000)
    assert again.headers[0] == ("mine", b"1")
    record = letter_of(again, "tagger_failed")
    names = [name for name, _ in record.headers]
    assert len(names) == len(set(names)), "no header twice"
    second = open_letter(record)
    assert second
    assert second.replay
    assert (second.attempts, second.replay.count, second.event.offset) == (4, 1, 99)
    assert [(death.reason, death.raw, death.letter) for death in second.replay.deaths] == [
        ("worker_died", "articles.raw/3/17", "articles.dead/1/117")
    ]
    third = replay_of(second.revived("next"))
    assert third
    assert [death.reason for death in third.deaths] == ["worker_died", "tagger_failed"]
    assert (third.count, third.attempts, third.origin) == (2, 4, "articles.raw/3/17")


def test_a_letter_too_large_to_hold_the_event_keeps_the_past(raw: Any) -> None:
    again = stored(repeat(raw(b"x", (("mine", b"large"),)), "run"), 99, FIRST + 5_000)
    (message,) = reject(again, Rejected("worker_died", ""), bare=True).messages
    letter = open_letter(RawEvent("articles.dead", 0, 0, FIRST, message.key, message.value, message.headers))
    assert letter
    assert letter.replay
    assert (letter.replay.origin, letter.event.value, "mine" in dict(message.headers)) == (
        "articles.raw/3/17",
        None,
        False,
    )


def test_the_past_is_bounded(raw: Any) -> None:
    event = raw(b"x")
    for number in range(30):
        letter = open_letter(letter_of(event, f"reason-{number}"))
        assert letter
        event = stored(letter.revived("run"), number + 20, FIRST + number)
    replay = replay_of(event)
    assert replay
    assert [death.reason for death in replay.deaths] == [f"reason-{number}" for number in range(10, 30)]
    assert replay.count == 30


def test_nobody_can_date_an_event_later_than_it_came(raw: Any) -> None:
    event = raw(b"x", (("wiretag_replay", b"mine"), ("wiretag_origin_timestamp", str(FIRST + 10**6).encode())))
    assert moment(event) == FIRST


HEADERS = ["wiretag_replay", "wiretag_history", "wiretag_origin_timestamp", "wiretag_replays", "wiretag_attempt", "x"]


@given(st.lists(st.tuples(st.sampled_from(HEADERS), st.binary(max_size=40)), max_size=8))
def test_whatever_the_headers_say_an_event_has_a_moment_and_a_letter(headers: list[tuple[str, bytes]]) -> None:
    event = RawEvent("articles.raw", 3, 17, FIRST, None, b"x", tuple(headers))
    assert moment(event) <= FIRST
    letter = open_letter(letter_of(event))
    assert letter
    assert letter.attempts >= 2
    assert len(letter.revived("run").headers) <= len(headers) + 7


@pytest.mark.parametrize("history", [b"[1, null, {}]", b'{"time": 1}', b"[[", b'[{"reason": {"a": 1}, "time": 5}]'])
def test_a_history_that_is_none_does_no_harm(raw: Any, history: bytes) -> None:
    replay = replay_of(raw(b"x", (("wiretag_replay", b"run"), ("wiretag_history", history))))
    assert replay
    assert all(isinstance(death.reason, str) for death in replay.deaths)


@pytest.mark.parametrize(
    "headers", [(), (("wiretag_topic", b"t"),), (("wiretag_topic", b"t"), ("wiretag_partition", b"x"))]
)
def test_what_is_no_letter_of_ours_is_none(raw: Any, headers: tuple[tuple[str, bytes], ...]) -> None:
    assert open_letter(raw(b"x", headers)) is None


NESTED = b"[" * 1_000 + b"]" * 1_000  # orjson reads it, Python's repr does not


@pytest.mark.parametrize(
    "history", [b'[{"time": %b, "reason": "worker_died"}]' % NESTED, NESTED, b"[%b{}]" % (b"{}," * 200_000)]
)
def test_no_history_of_a_stranger_stops_us(raw: Any, history: bytes) -> None:
    """Once this ended the service for good: the dead letter of the event could not be written."""
    event = raw(b"{", (("wiretag_replay", b"x"), ("wiretag_history", history)))
    (message,) = reject(event, Rejected("not_json", "")).messages
    assert dict(message.headers)["wiretag_reason"] == b"not_json"
    replay = replay_of(event)
    assert replay
    assert len(replay.deaths) <= 1

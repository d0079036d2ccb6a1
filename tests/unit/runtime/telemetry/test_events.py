"""A line about an event says which; dead letters are told, but not each of a thousand."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from service import settings
from service.model import Processed, RawEvent, Report
from service.runtime.telemetry import events, logs

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.fixture
def lines() -> Iterator[Any]:
    """What was logged as JSON, read when called. The root logger is put back as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.configure(settings.load(log_format="json"), stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.captureWarnings(False)
    root.handlers[:] = handlers
    root.setLevel(level)


def event(offset: int = 7, traceparent: bytes | None = None, key: bytes | None = b"a:1") -> RawEvent:
    headers = () if traceparent is None else (("traceparent", traceparent),)
    return RawEvent("articles.raw", 3, offset, 0, key, b"secret text", headers)


def dead(raw: RawEvent, reason: str = "not_json", article: str | None = None) -> tuple[RawEvent, Processed]:
    return raw, Processed(raw.offset, (), Report("dead", reason, article=article))


@pytest.mark.parametrize(
    ("traceparent", "trace"),
    [
        (f"00-{TRACE}-00f067aa0ba902b7-01".encode(), {"trace_id": TRACE}),
        (None, {}),
        (b"nonsense", {}),
        (b"\xff", {}),
        (f"00-{'0' * 32}-00f067aa0ba902b7-01".encode(), {}),
    ],
)
def test_the_fields_of_an_event(traceparent: bytes | None, trace: dict[str, str]) -> None:
    where = {"event_id": "articles.raw/3/7", "topic": "articles.raw", "partition": 3, "offset": 7}
    assert events.of_event(event(traceparent=traceparent)) == {**where, **trace}


def test_a_dead_letter_is_one_line_with_reason_and_article(lines: Any) -> None:
    fine = (event(8), Processed(8, (), Report("enriched")))
    events.dead_letters([dead(event(), "empty_body", "a:1"), fine])
    (line,) = lines()
    assert (line["level"], line["message"]) == ("WARNING", "dead letter: empty_body")
    assert (line["event_id"], line["reason"], line["article"]) == ("articles.raw/3/7", "empty_body", "a:1")
    assert "secret" not in json.dumps(line)


@pytest.mark.parametrize(("key", "shown"), [(b"k\xff", "k\\xff"), (b"x" * 5000, "x" * 200), (b"", "")])
def test_hostile_keys_are_shown_in_short(lines: Any, key: bytes, shown: str) -> None:
    events.dead_letters([dead(event(key=key))])
    assert lines()[0]["key"] == shown


def test_what_is_not_known_is_not_said(lines: Any) -> None:
    events.dead_letters([dead(event(key=None))])
    assert not {"key", "article", "trace_id"} & lines()[0].keys()


def test_a_thousand_leave_a_few_lines_of_each_reason(lines: Any) -> None:
    events.dead_letters([dead(event(number)) for number in range(1000)])
    events.dead_letters([dead(event(2000), "no_body")])
    assert [line["reason"] for line in lines()] == ["not_json"] * logs.MOST + ["no_body"]

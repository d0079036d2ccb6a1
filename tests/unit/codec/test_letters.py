from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest

from service import __version__
from service.codec import reject
from service.model import Rejected


@pytest.mark.parametrize(("key", "value"), [(b"k\xff", b"\xff\x00"), (None, b""), (b"", None)])
def test_key_and_value_are_as_received(raw: Any, key: bytes | None, value: bytes | None) -> None:
    (message,) = reject(raw(value, key=key), Rejected("not_utf8", "byte 0")).messages
    assert (message.stream, message.key, message.value) == ("dead", key, value)


def test_the_headers_say_why_and_where_from(raw: Any) -> None:
    processed = reject(raw(b"x"), Rejected("worker_died", "signal 9"), attempt=2)
    headers = {name: value.decode() for name, value in processed.messages[0].headers}
    moment = headers.pop("wiretag_time")
    assert datetime.fromisoformat(moment).utcoffset() == timedelta(0)
    assert headers == {
        "wiretag_reason": "worker_died",
        "wiretag_detail": "signal 9",
        "wiretag_topic": "articles.raw",
        "wiretag_partition": "3",
        "wiretag_offset": "17",
        "wiretag_timestamp": "1764000000123",
        "wiretag_attempt": "2",
        "wiretag_service": __version__,
        "__connect.errors.topic": "articles.raw",
        "__connect.errors.partition": "3",
        "__connect.errors.offset": "17",
        "__connect.errors.exception.class.name": "wiretag.Rejected.worker_died",
        "__connect.errors.exception.message": "signal 9",
    }
    assert (processed.offset, processed.report.outcome, processed.report.reason) == (17, "dead", "worker_died")


def test_a_letter_that_would_be_too_large_says_how_to_know_the_event(raw: Any) -> None:
    event = raw(b"x" * 10, (("mine", b"large"),))
    (message,) = reject(event, Rejected("body_too_large", "6000000 characters"), bare=True).messages
    headers = dict(message.headers)
    assert (message.value, message.key, "mine" in headers) == (None, event.key, False)
    assert headers["wiretag_value_bytes"] == b"10"
    assert headers["wiretag_value_sha256"] == sha256(b"x" * 10).hexdigest().encode()


def test_the_senders_headers_stay_but_those_of_an_earlier_death_do_not(raw: Any) -> None:
    mode = ("content-type", b"application/cloudevents+json")
    event = raw(b"x", (mode, ("wiretag_reason", b"old"), ("mine", b"\xff"), ("mine", b"2")))
    headers = reject(event, Rejected("not_json", "new")).messages[0].headers
    assert headers[:3] == (mode, ("mine", b"\xff"), ("mine", b"2"))
    assert [value for name, value in headers if name == "wiretag_reason"] == [b"not_json"]


def test_a_long_detail_is_cut_and_an_unencodable_one_is_escaped(raw: Any) -> None:
    headers = dict(reject(raw(b"x"), Rejected("tagger_failed", "\ud800" + "x" * 5000)).messages[0].headers)
    assert headers["wiretag_detail"] == b"\\ud800" + b"x" * 999


def test_the_trace_context_stays_even_where_the_letter_must_be_small(raw: Any) -> None:
    trace = (("traceparent", b"00-4bf9-00f0-01"), ("tracestate", b"a=b"))
    event = raw(b"x", (*trace, ("mine", b"large")))
    (message,) = reject(event, Rejected("not_json", ""), bare=True).messages
    assert message.headers[:2] == trace
    assert "mine" not in dict(message.headers)
    (message,) = reject(raw(b"x", (("tracestate", b"y" * 5_000),)), Rejected("not_json", ""), bare=True).messages
    assert "tracestate" not in dict(message.headers)


def test_the_report_names_the_article_where_it_is_known(raw: Any) -> None:
    assert reject(raw(b"x"), Rejected("empty_body", "", article="a:1")).report.article == "a:1"
    assert reject(raw(b"x"), Rejected("not_json", "")).report.article is None

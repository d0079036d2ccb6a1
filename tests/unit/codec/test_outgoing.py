from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from service import __version__
from service.codec import Limits, Versions, encode
from service.model import Enriched, Language, Rejected, Retracted, Tombstone

LIMITS = Limits()
VERSIONS = Versions(pipeline="p 1", taxonomy="t 1", themes=("ai-partnerships", "tariffs", "trade"))


def test_the_streams_are_those_of_the_published_themes(raw: Any, enriched: Enriched) -> None:
    processed = encode(raw(), enriched, VERSIONS, LIMITS)
    assert [message.stream for message in processed.messages] == ["enriched", "enriched.ai-partnerships"]
    assert len({(message.key, message.value, message.headers) for message in processed.messages}) == 1
    assert processed.offset == 17


def test_the_record(raw: Any, enriched: Enriched) -> None:
    (message, _) = encode(raw(), enriched, VERSIONS, LIMITS).messages
    record = json.loads(message.value or b"")
    assert message.key == b"harbour.example:1"
    assert (record["schema_version"], record["status"]) == (1, "published")
    assert record["language"] == {"code": "en", "confidence": 0.9877}
    assert record["events"][0]["roles"] == {"partners": [{"entity": "e1", "name": "Hoshino"}]}
    assert record["processing"] == {
        "service": __version__,
        "pipeline": "p 1",
        "taxonomy": "t 1",
        "source": {"topic": "articles.raw", "partition": 3, "offset": 17},
        "timings": {"nlp": 0.0125},
        "flags": ["published_at_unreadable"],
    }
    assert set(record) == {
        *("schema_version", "status", "article", "language", "segments", "entities"),
        *("quantities", "events", "themes", "fingerprint", "processing"),
    }


def test_the_headers_are_cloudevents_and_tracing(raw: Any, enriched: Enriched) -> None:
    tracing = (("traceparent", b"00-4bf9-00f0-01"), ("tracestate", b"a=b"))
    event = raw(headers=(*tracing, ("cookie", b"no"), ("ce_id", b"theirs")))
    headers = encode(event, enriched, VERSIONS, LIMITS).messages[0].headers
    assert dict(headers) == {
        "ce_specversion": b"1.0",
        "ce_id": b"articles.raw/3/17",
        "ce_source": b"/wiretag/articles.raw",
        "ce_type": b"wiretag.article.enriched.v1",
        "ce_time": b"2025-11-24T16:00:00.123Z",
        "ce_subject": b"harbour.example:1",
        "ce_dataschema": b"urn:wiretag:articles.enriched:v1",
        "content-type": b"application/json",
        **dict(tracing),
    }


@pytest.mark.parametrize(
    ("milliseconds", "expected"),
    [
        (0, b"1970-01-01T00:00:00.000Z"),
        (-1, b"1970-01-01T00:00:00.000Z"),
        (2**63 - 1, b"9999-12-31T23:59:59.999Z"),
        (1_000_000_000_007, b"2001-09-09T01:46:40.007Z"),
    ],
)
def test_any_timestamp_is_a_time(raw: Any, enriched: Enriched, milliseconds: int, expected: bytes) -> None:
    event = replace(raw(), timestamp=milliseconds)
    assert dict(encode(event, enriched, VERSIONS, LIMITS).messages[0].headers)["ce_time"] == expected


def test_the_report_counts(raw: Any, enriched: Enriched) -> None:
    report = encode(raw(key=b"harbour.example:1"), enriched, VERSIONS, LIMITS).report
    assert (report.outcome, report.reason, report.language) == ("enriched", None, "en")
    assert report.themes == ("ai-partnerships", "tariffs")
    assert report.entity_types == {"ORG": 2, "GPE": 1}
    assert report.events == {"partnership": 1, "tariff": 1}
    assert report.timings == {"nlp": 0.0125}
    assert report.key_differs is False


@pytest.mark.parametrize("key", [None, b"", b"harbour.example:2"])
def test_another_key_is_told(raw: Any, enriched: Enriched, key: bytes | None) -> None:
    assert encode(raw(key=key), enriched, VERSIONS, LIMITS).report.key_differs is True
    assert encode(raw(key=key), Retracted("harbour.example:1"), VERSIONS, LIMITS).report.key_differs is True


def test_a_retraction_goes_to_all_topics(raw: Any) -> None:
    event = raw(key=b"a")
    processed = encode(event, Retracted("a", {"url": "https://harbour.example/a"}), VERSIONS, LIMITS)
    assert [message.stream for message in processed.messages] == [
        *("enriched", "enriched.ai-partnerships", "enriched.tariffs", "enriched.trade")
    ]
    record = json.loads(processed.messages[0].value or b"")
    assert set(record) == {"schema_version", "status", "article", "processing"}
    assert (record["status"], record["article"]) == ("retracted", {"id": "a", "url": "https://harbour.example/a"})
    assert dict(processed.messages[0].headers)["ce_type"] == b"wiretag.article.retracted.v1"
    assert (processed.report.outcome, processed.report.key_differs) == ("retracted", False)


def test_a_tombstone_is_only_counted(raw: Any) -> None:
    processed = encode(raw(None), Tombstone(), VERSIONS, LIMITS)
    assert (processed.messages, processed.report.outcome) == ((), "tombstone")


def test_a_rejection_is_a_dead_letter(raw: Any) -> None:
    processed = encode(raw(b"{"), Rejected("not_json", "why"), VERSIONS, LIMITS)
    assert [message.stream for message in processed.messages] == ["dead"]
    assert (processed.report.outcome, processed.report.reason) == ("dead", "not_json")


def test_an_output_over_the_limit_is_a_dead_letter(raw: Any, enriched: Enriched) -> None:
    event = raw(b"as received")
    message = encode(event, enriched, VERSIONS, LIMITS).messages[0]
    size = len(message.key or b"") + len(message.value or b"") + sum(len(n) + len(v) for n, v in message.headers)
    assert encode(event, enriched, VERSIONS, Limits(enriched=size)).report.outcome == "enriched"
    processed = encode(event, enriched, VERSIONS, Limits(enriched=size - 1))
    assert [(m.stream, m.value) for m in processed.messages] == [("dead", b"as received")]
    assert processed.report.reason == "output_too_large"


def test_numbers_of_numpy_are_numbers(raw: Any, enriched: Enriched) -> None:
    numpy = pytest.importorskip("numpy")
    found = replace(enriched.enrichment, language=Language("en", numpy.float32(0.5)))
    message = encode(raw(), replace(enriched, enrichment=found), VERSIONS, LIMITS).messages[0]
    assert json.loads(message.value or b"")["language"]["confidence"] == 0.5


def test_a_trace_context_that_is_no_text_is_none(raw: Any, enriched: Enriched) -> None:
    event = raw(headers=(("traceparent", b"\xff"), ("tracestate", b"a=b")))
    headers = dict(encode(event, enriched, VERSIONS, LIMITS).messages[0].headers)
    assert "traceparent" not in headers
    assert headers["tracestate"] == b"a=b"


@pytest.mark.parametrize("kept", ["enriched", "retracted"])
def test_the_report_names_the_article(raw: Any, enriched: Enriched, kept: str) -> None:
    outcome = enriched if kept == "enriched" else Retracted("a:1")
    processed = encode(raw(), outcome, VERSIONS, LIMITS)
    assert processed.report.article == (processed.messages[0].key or b"").decode()

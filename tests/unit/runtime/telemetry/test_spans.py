"""A span an event, child of the scraper's; a span a transaction, linked to them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from service import settings
from service.model import Processed, RawEvent, Report
from service.runtime.telemetry.spans import Spans

TRACE, PARENT = 0x4BF92F3577B34DA6A3CE929D0E0E4736, 0x00F067AA0BA902B7
SAMPLED = (("traceparent", f"00-{TRACE:032x}-{PARENT:016x}-01".encode()), ("tracestate", b"vendor=7"))
NOT_SAMPLED = (("traceparent", f"00-{TRACE:032x}-{PARENT:016x}-00".encode()),)
ENRICHED = Report("enriched", article="a:1", language="en", themes=("tariffs",), timings={"nlp": 0.25})

Outcome = tuple[RawEvent, Processed]


def outcome(
    report: Report = ENRICHED, offset: int = 7, headers: tuple[tuple[str, bytes], ...] = SAMPLED, **fields: Any
) -> Outcome:
    event = RawEvent("articles.raw", 3, offset, 0, **{"key": b"a:1", "value": b"12345", **fields}, headers=headers)
    return event, Processed(offset, (), report)


def made(*outcomes: Outcome, wait: float = 2.0) -> list[ReadableSpan]:
    """The spans of one transaction of half a second, that of the transaction last."""
    exporter = InMemorySpanExporter()
    spans = Spans(settings.load(group_id="group", client_id="client"))
    spans.start(exporter)
    spans.published(list(outcomes), 0.5, [wait] * len(outcomes))
    spans.stop(10.0)
    return sorted(exporter.get_finished_spans(), key=lambda span: span.kind is not SpanKind.CONSUMER)


def attributes(span: ReadableSpan) -> dict[str, Any]:
    return dict(span.attributes or {})


def test_an_event_is_a_child_of_the_scrapers_span_and_linked_to_it() -> None:
    span = made(outcome())[0]
    assert (span.name, span.kind) == ("process articles.raw", SpanKind.CONSUMER)
    assert span.parent
    assert span.context
    assert (span.context.trace_id, span.parent.span_id) == (TRACE, PARENT)
    assert span.context.trace_state["vendor"] == "7"
    assert [link.context.span_id for link in span.links] == [PARENT]
    assert span.status.status_code is StatusCode.UNSET


def test_it_lasts_from_the_arrival_to_the_commit() -> None:
    process, commit = made(outcome(), wait=2.0)
    assert process.start_time
    assert process.end_time
    assert process.end_time - process.start_time == 2_000_000_000
    assert commit.start_time
    assert (commit.end_time, process.end_time - commit.start_time) == (process.end_time, 500_000_000)


def test_its_attributes_have_the_conventions_names() -> None:
    assert attributes(made(outcome())[0]) == {
        "messaging.system": "kafka",
        "messaging.operation.name": "process",
        "messaging.operation.type": "process",
        "messaging.destination.name": "articles.raw",
        "messaging.destination.partition.id": "3",
        "messaging.consumer.group.name": "group",
        "messaging.client.id": "client",
        "messaging.message.id": "articles.raw/3/7",
        "messaging.kafka.offset": 7,
        "messaging.kafka.message.key": "a:1",
        "messaging.message.body.size": 5,
        "wiretag.outcome": "enriched",
        "wiretag.article.id": "a:1",
        "wiretag.language": "en",
        "wiretag.themes": ("tariffs",),
        "wiretag.stage.nlp": 0.25,
    }


def test_a_dead_letter_is_an_error_with_its_reason() -> None:
    span = made(outcome(Report("dead", "not_json"), key=None))[0]
    assert (span.status.status_code, attributes(span)["error.type"]) == (StatusCode.ERROR, "not_json")
    assert "messaging.kafka.message.key" not in attributes(span)


def test_a_tombstone_is_called_one() -> None:
    found = attributes(made(outcome(Report("tombstone"), value=None))[0])
    assert found["messaging.kafka.message.tombstone"] is True
    assert "messaging.message.body.size" not in found


@pytest.mark.parametrize("headers", [(), (("traceparent", b"00-broken-01"),), (("tracestate", b"a=b"),)])
def test_without_a_trace_of_the_scrapers_an_event_begins_its_own(headers: tuple[tuple[str, bytes], ...]) -> None:
    span = made(outcome(headers=headers))[0]
    assert (span.parent, list(span.links)) == (None, [])


def test_what_the_scraper_did_not_sample_we_do_not_either() -> None:
    assert made(outcome(headers=NOT_SAMPLED)) == []


def test_the_transaction_of_one_event_is_its_child() -> None:
    process, commit = made(outcome())
    assert commit.name == "commit articles.raw"
    assert process.context
    assert commit.parent
    assert commit.parent.span_id == process.context.span_id


def test_the_transaction_of_several_is_linked_to_those_that_are_sampled() -> None:
    *processes, commit = made(outcome(offset=7), outcome(offset=8, headers=NOT_SAMPLED), outcome(offset=9, headers=()))
    contexts = [span.context.span_id for span in processes if span.context]
    assert len(contexts) == 2
    assert (commit.parent, commit.kind) == (None, SpanKind.CLIENT)
    assert {link.context.span_id for link in commit.links} == set(contexts)
    assert attributes(commit)["messaging.batch.message_count"] == 3
    assert attributes(commit)["messaging.operation.type"] == "settle"


def test_the_resource_is_ours_unless_the_environment_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    assert made(outcome())[0].resource.attributes["service.name"] == "wiretag"
    monkeypatch.setenv("OTEL_SERVICE_NAME", "news")
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test")
    found = made(outcome())[0].resource.attributes
    assert (found["service.name"], found["deployment.environment.name"]) == ("news", "test")
    assert re.fullmatch(r"client-\d+", str(found["service.instance.id"]))


@given(
    headers=st.lists(st.tuples(st.sampled_from(["traceparent", "tracestate"]), st.binary(max_size=60)), max_size=3),
    key=st.none() | st.binary(max_size=8),
)
def test_no_header_and_no_key_can_do_harm(headers: list[tuple[str, bytes]], key: bytes | None) -> None:
    assert len(made(outcome(headers=tuple(headers), key=key))) == 2

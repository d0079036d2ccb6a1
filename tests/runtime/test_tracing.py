"""A scraper's trace through a running worker: headers of every output, spans at a real collector, lines of the log."""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiokafka import AIOKafkaConsumer

from service.model import Processed, RawEvent, Report
from service.runtime.telemetry.spans import QUEUEING, Exporter, Spans
from service.settings import load
from tests.chaos.stage import Stage, Worker, articles
from tests.runtime.collector import Collector, Received

pytestmark = pytest.mark.kafka

STATE = b"vendor=7,other=8"
PARENT = "00f067aa0ba902b7"
BROKEN = 60  # raw events that are no JSON: more than the log tells


def trace_id(number: int) -> str:
    return f"{number:032x}"


def headers(number: int, flags: str = "01") -> list[tuple[str, bytes]]:
    return [("traceparent", f"00-{trace_id(number)}-{PARENT}-{flags}".encode()), ("tracestate", STATE)]


RECORDS: list[tuple[bytes, list[tuple[str, bytes]]]] = [
    (orjson.dumps({"id": "a:1", "body": "A story. #tariffs"}), headers(1)),
    (orjson.dumps({"id": "a:1", "status": "retracted"}), headers(2)),
    (b"{no article", headers(3)),
    (orjson.dumps({"id": "a:4", "body": "A story without a trace."}), []),
    (orjson.dumps({"id": "a:5", "body": "Not sampled by the scraper."}), headers(5, flags="00")),
    (orjson.dumps({"id": "a:6", "body": "#die"}), headers(6)),
    (orjson.dumps({"id": "a:7", "body": "No text, said so.", "published_at": "x"}), [("traceparent", b"\xff\xfe")]),
]


@contextmanager
def stage_with(kafka: Any, prefix: str, folder: Path, endpoint: str) -> Iterator[Stage]:
    telling = {"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint, "OTEL_BSP_SCHEDULE_DELAY": "200", "WIRETAG_LOG_FORMAT": "json"}
    stage = Stage(kafka, prefix, folder, {**telling, "OTEL_EXPORTER_OTLP_TIMEOUT": "1", "WIRETAG_WORKERS": "1"})
    yield stage
    stage.end()


async def publish(stage: Stage, records: list[tuple[bytes, list[tuple[str, bytes]]]]) -> None:
    async with stage.producer() as producer:
        for value, of_scraper in records:
            await producer.send_and_wait(stage.raw, value, b"key", headers=of_scraper)


async def outputs(stage: Stage, stream: str, count: int) -> list[dict[str, bytes]]:
    """The headers of the first so many records of a topic, in the order of the raw events."""
    found: list[dict[str, bytes]] = []
    async with AIOKafkaConsumer(
        f"{stage.prefix}articles.{stream}",
        bootstrap_servers=stage.kafka.bootstrap_servers,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
    ) as consumer:
        async with asyncio.timeout(90):
            while len(found) < count:
                for records in (await consumer.getmany(timeout_ms=500)).values():
                    found += [dict(record.headers) for record in records]
    return sorted(found, key=lambda one: int(one.get("wiretag_offset") or one["ce_id"].rpartition(b"/")[2]))


def lines(worker: Worker) -> list[dict[str, Any]]:
    return [json.loads(line) for line in worker.said().splitlines() if line.startswith("{")]


async def test_a_trace_from_the_scraper_to_every_output_the_spans_and_the_log(
    kafka: Any, topic_prefix: str, tmp_path: Path
) -> None:
    with Collector() as collector, stage_with(kafka, topic_prefix, tmp_path, collector.endpoint) as stage:
        await stage.create(partitions=1)
        worker = stage.start()
        await publish(stage, [*RECORDS, *[(b"{", headers(9))] * BROKEN])
        enriched = await outputs(stage, "enriched", 5)
        tariffs = await outputs(stage, "enriched.tariffs", 2)
        dead = await outputs(stage, "dead", 2 + BROKEN)
        spans = collector.until(lambda spans: len(processes(spans)) >= len(RECORDS) - 1 + BROKEN)
        assert worker.terminate() == 0, worker.tail()

    assert [(one.get("traceparent"), one.get("tracestate")) for one in enriched] == [
        (dict(headers(1))["traceparent"], STATE),
        (dict(headers(2))["traceparent"], STATE),
        (None, None),
        (dict(headers(5, "00"))["traceparent"], STATE),
        (None, None),  # what is no text is no trace context, and would break consumers
    ]
    assert [one["traceparent"] for one in tariffs] == [dict(headers(n))["traceparent"] for n in (1, 2)]
    assert [one["traceparent"] for one in dead[:2]] == [dict(headers(n))["traceparent"] for n in (3, 6)]
    check_spans(stage, spans)
    check_log(stage, lines(worker))


def processes(spans: list[Received]) -> dict[int, Received]:
    """By the offset of the raw event."""
    return {span.attributes["messaging.kafka.offset"]: span for span in spans if span.name.startswith("process ")}


def check_spans(stage: Stage, spans: list[Received]) -> None:
    of = processes(spans)
    assert len([span for span in spans if span.name.startswith("process ")]) == len(of)
    assert 4 not in of  # not sampled
    assert {(of[n].trace, of[n].parent) for n in (0, 1, 2, 5)} == {(trace_id(n), PARENT) for n in (1, 2, 3, 6)}
    assert (of[3].parent, of[6].parent) == ("", "")
    assert {n: of[n].attributes["wiretag.outcome"] for n in range(7) if n != 4} == {
        **{0: "enriched", 1: "retracted", 2: "dead"},
        **{3: "enriched", 5: "dead", 6: "enriched"},
    }
    assert {n: (of[n].error, of[n].attributes.get("error.type")) for n in (0, 2, 5)} == {
        0: (False, None),
        2: (True, "not_json"),
        5: (True, "worker_died"),
    }
    first = of[0].attributes
    assert (first["messaging.destination.name"], first["messaging.message.id"]) == (stage.raw, f"{stage.raw}/0/0")
    assert (first["wiretag.article.id"], first["wiretag.stage.nlp"]) == ("a:1", 0.0)
    assert of[5].attributes["wiretag.article.id"] == "a:6"
    assert of[0].resource["service.name"] == "wiretag"
    commits = [span for span in spans if span.name == f"commit {stage.raw}"]
    assert {link for span in commits for link in span.links} == {span.id for span in of.values()}
    assert all(0 < span.start <= span.end for span in spans)


def check_log(stage: Stage, told: list[dict[str, Any]]) -> None:
    where = {"topic": stage.raw, "partition": 0}
    by_message: dict[str, list[dict[str, Any]]] = {}
    for line in told:
        by_message.setdefault(line["message"], []).append(line)
    taken = by_message["partition taken"][0]
    assert taken.items() >= {**where, "offset": 0}.items()
    (died,) = by_message["dead letter: worker_died"]
    event = {**where, "event_id": f"{stage.raw}/0/5", "offset": 5, "trace_id": trace_id(6)}
    assert died.items() >= {**event, "reason": "worker_died", "article": "a:6", "key": "key"}.items()
    assert by_message["a tagging job failed: worker_died"][-1].items() >= {**event, "attempt": 2}.items()
    broken = by_message["dead letter: not_json"]
    assert broken[0]["event_id"] == f"{stage.raw}/0/2"
    assert 5 <= len(broken) < BROKEN  # five in ten seconds
    assert "#tariffs" not in json.dumps(told)


@contextmanager
def mute() -> Iterator[str]:
    """A collector that takes connections and never says a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


async def test_a_collector_that_is_not_there_costs_nothing_but_one_line(
    kafka: Any, topic_prefix: str, tmp_path: Path
) -> None:
    with mute() as endpoint, stage_with(kafka, topic_prefix, tmp_path, endpoint) as stage:
        stage.overrides = {**stage.overrides, "OTEL_BSP_MAX_QUEUE_SIZE": "64", "OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "32"}
        await stage.create(partitions=2)
        worker = stage.start()
        await stage.publish(articles(400))
        async with asyncio.timeout(30):
            while not (lost := [line for line in lines(worker) if "spans are lost" in line["message"]]):  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        await stage.publish(articles(400, 400))
        assert len(await outputs(stage, "enriched", 800)) == 800
        assert worker.terminate() == 0, worker.tail()
    said = [line for line in lines(worker) if "span" in line["message"].lower() or "opentelemetry" in line["logger"]]
    assert said == lost
    assert len(lost) == 1


def test_a_collector_that_comes_back_gets_what_is_new(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with Collector() as gone:
        endpoint, port = gone.endpoint, int(gone.endpoint.rpartition(":")[2])
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "0.2")
    event = RawEvent("articles.raw", 0, 0, 0, b"a:1", b"{}")
    spans = Spans(load())
    exporter = Exporter()
    with caplog.at_level("INFO"):
        spans.start(exporter)
        for _ in range(3):
            send(spans, event)
        assert not full_queue_is_told()
        with Collector(port) as back:
            send(spans, event)
            assert full_queue_is_told()
            spans.stop(10.0)
    assert [record.getMessage().partition(":")[0] for record in caplog.records if "span" in record.getMessage()] == [
        "spans are lost until http",
        "spans are sent again; 6 were lost",
    ]
    assert endpoint in caplog.text
    assert [span.name for span in back.spans] == ["commit articles.raw", "process articles.raw"]


def full_queue_is_told() -> bool:
    logger = logging.getLogger(QUEUEING)
    record = logging.makeLogRecord({"name": QUEUEING, "msg": secrets.token_hex(4), "levelno": logging.WARNING})
    return bool(logger.filter(record))


def send(spans: Spans, event: RawEvent) -> None:
    spans.published([(event, Processed(0, (), Report("enriched")))], 0.1, [0.2])
    spans._provider.force_flush()

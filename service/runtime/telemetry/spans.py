"""Spans of what was committed, after OpenTelemetry's conventions for messaging. Needs the extra ``tracing``.

All spans of a transaction are made after it, with the times that were taken along the way: an event that a crash or a
rebalance interrupts has its span from whoever publishes its outcome, and none from us.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Iterable, Iterator, Sequence

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Link, Span, SpanKind, Status, StatusCode, get_current_span
from opentelemetry.trace.propagation import set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from opentelemetry.util.types import AttributeValue

from service import __version__
from service.codec.letters import TRACE_BYTES
from service.model import Processed, RawEvent, Report
from service.settings import Settings

logger = logging.getLogger(__name__)

NANOSECONDS = 1_000_000_000
KEY = 1_000  # bytes shown of a key
CONVENTIONS = "https://opentelemetry.io/schemas/1.30.0"  # whose names the attributes have
SENDING = "opentelemetry.exporter.otlp.proto.http.trace_exporter"  # the SDK's loggers
QUEUEING = "opentelemetry.sdk._shared_internal"
Attributes = dict[str, AttributeValue]


class Spans:
    """A span for each raw event, child of the scraper's, and one for each transaction, linked to them."""

    def __init__(self, settings: Settings) -> None:
        self._client_id = settings.client_id
        self._common: Attributes = {
            "messaging.system": "kafka",
            "messaging.consumer.group.name": settings.group_id,
            "messaging.client.id": settings.client_id,
        }
        self._context = TraceContextTextMapPropagator()

    def start(self, exporter: SpanExporter | None = None) -> None:
        """Sampler, limits, queue and exporter are as the variables ``OTEL_*`` say; the queue drops what is too much."""
        instance = f"{self._client_id}-{os.getpid()}"
        ours = {"service.name": "wiretag", "service.version": __version__, "service.instance.id": instance}
        resource = Resource.create(ours).merge(OTELResourceDetector().detect())
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(exporter or Exporter()))
        self._tracer = self._provider.get_tracer("wiretag", __version__, CONVENTIONS)

    def published(self, outcomes: Sequence[tuple[RawEvent, Processed]], seconds: float, waits: Iterable[float]) -> None:
        now = time.time_ns()
        spans = [
            self._process(event, processed.report, now, wait)
            for (event, processed), wait in zip(outcomes, waits, strict=True)
        ]
        if recorded := [span for span in spans if span.is_recording()]:
            self._commit(recorded, outcomes[0][0], len(outcomes), now, seconds)
        for span in recorded:
            span.end(now)

    def stop(self, within: float) -> None:
        """In a thread, since the SDK's own way to end may wait for the collector for half a minute."""
        thread = threading.Thread(target=self._provider.shutdown, daemon=True, name="spans")
        thread.start()
        thread.join(within)

    def _process(self, event: RawEvent, report: Report, now: int, wait: float) -> Span:
        carrier = {
            name: value.decode("latin-1")
            for name, value in event.headers
            if name in self._context.fields and len(value) <= TRACE_BYTES  # the SDK would log all of a longer one
        }
        parent = self._context.extract(carrier) if carrier else None
        theirs = get_current_span(parent).get_span_context() if parent else None
        span = self._tracer.start_span(
            f"process {event.topic}",
            parent,
            SpanKind.CONSUMER,
            {**self._operation("process", "process", event), **dict(_event(event))},
            [Link(theirs)] if theirs and theirs.is_valid else None,
            now - int(wait * NANOSECONDS),
        )
        if span.is_recording():
            span.set_attributes(dict(_outcome(report)))
            if report.outcome == "dead":
                span.set_status(Status(StatusCode.ERROR, report.reason))
        return span

    def _commit(self, spans: list[Span], event: RawEvent, events: int, now: int, seconds: float) -> None:
        """The span of the transaction: child of the event's where there is one event, else with links to them all."""
        contexts = [span.get_span_context() for span in spans]
        self._tracer.start_span(
            f"commit {event.topic}",
            set_span_in_context(spans[0]) if events == 1 else None,
            SpanKind.CLIENT,
            {**self._operation("commit", "settle", event), "messaging.batch.message_count": events},
            [Link(context) for context in contexts],
            now - int(seconds * NANOSECONDS),
        ).end(now)

    def _operation(self, name: str, kind: str, event: RawEvent) -> Attributes:
        return {
            **self._common,
            "messaging.operation.name": name,
            "messaging.operation.type": kind,
            "messaging.destination.name": event.topic,
            "messaging.destination.partition.id": str(event.partition),
        }


def _event(event: RawEvent) -> Iterator[tuple[str, AttributeValue]]:
    yield "messaging.message.id", event.id
    yield "messaging.kafka.offset", event.offset
    if event.key is not None:
        yield "messaging.kafka.message.key", event.key[:KEY].decode("utf-8", "backslashreplace")
    if event.value is None:
        yield "messaging.kafka.message.tombstone", True
    else:
        yield "messaging.message.body.size", len(event.value)


def _outcome(report: Report) -> Iterator[tuple[str, AttributeValue]]:
    yield "wiretag.outcome", report.outcome
    if report.article is not None:
        yield "wiretag.article.id", report.article
    if report.reason:
        yield "error.type", report.reason
    if report.language:
        yield "wiretag.language", report.language
        yield "wiretag.themes", report.themes
    for stage, seconds in report.timings.items():
        yield f"wiretag.stage.{stage}", seconds


class Exporter(OTLPSpanExporter):
    """Says once that spans are lost, and once that they are sent again; the SDK says it several times a batch."""

    def __init__(self) -> None:
        super().__init__()
        self._lost = 0
        self._works = False
        self._said: list[str] = []
        logging.getLogger(SENDING).addFilter(self._listen)
        logging.getLogger(QUEUEING).addFilter(lambda _: self._works)  # a full queue is news only while it is emptied

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self._said.clear()
        result = super().export(spans)
        self._works = result is SpanExportResult.SUCCESS
        if self._works:
            if self._lost:
                logger.info("spans are sent again; %d were lost", self._lost)
            self._lost = 0
        else:
            if not self._lost:
                logger.warning("spans are lost until %s takes them: %s", self._endpoint, *self._said[:1])
            self._lost += len(spans)
        return result

    def _listen(self, record: logging.LogRecord) -> bool:
        """Keeps what the SDK would log: the first reason of a failure says most."""
        self._said.append(record.getMessage())
        return False

"""An outcome -> the messages to publish and what to count."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import orjson

from service import __version__
from service.codec import record
from service.codec.dates import rfc3339
from service.codec.letters import TRACING, reject
from service.codec.limits import Limits
from service.codec.producer import producer
from service.codec.replays import moment
from service.model import Enriched, Message, Outcome, Processed, RawEvent, Rejected, Report, Retracted, Tombstone

SCHEMA_VERSION = 1
ENRICHED_TYPE = b"wiretag.article.enriched.v1"
RETRACTED_TYPE = b"wiretag.article.retracted.v1"
DATA_SCHEMA = b"urn:wiretag:articles.enriched:v1"


@dataclass(frozen=True, slots=True)
class Versions:
    """What stands in ``processing`` beside the service's own version, and the taxonomy's theme ids: a retraction goes
    to the topics of all of them.
    """

    pipeline: str
    taxonomy: str
    themes: tuple[str, ...] = ()


def encode(event: RawEvent, outcome: Outcome, versions: Versions, limits: Limits) -> Processed:
    """The messages of an outcome; an output over its topic's limit becomes a dead letter ``output_too_large``."""
    match outcome:
        case Enriched():
            return _publish(event, _enriched(event, outcome, versions), limits)
        case Retracted():
            return _publish(event, _retracted(event, outcome, versions), limits)
        case Rejected():
            return reject(event, outcome)
        case Tombstone():
            return Processed(event.offset, (), Report("tombstone", producer=producer(event.key)))


@dataclass(frozen=True, slots=True)
class _Output:
    """One record, equal on every stream."""

    id: str
    type: bytes
    record: dict[str, Any]
    streams: list[str]
    report: Report


def _enriched(event: RawEvent, outcome: Enriched, versions: Versions) -> _Output:
    article, found = outcome.article, outcome.enrichment
    value = {
        "schema_version": SCHEMA_VERSION,
        "status": "published",
        "article": record.article(article),
        **record.tags(found),
        "processing": _processing(event, versions, dict(found.timings), list(article.flags)),
    }
    streams = ["enriched", *(f"enriched.{theme.id}" for theme in found.themes if theme.publish)]
    report = Report(
        "enriched",
        article=article.id,
        language=found.language.code,
        themes=tuple(theme.id for theme in found.themes),
        entity_types=dict(Counter(entity.type for entity in found.entities)),
        events=dict(Counter(told.type for told in found.events)),
        timings=dict(found.timings),
        key_differs=_differs(event, article.id),
        producer=producer(event.key, {"id": article.id, **article.passthrough}),
    )
    return _Output(article.id, ENRICHED_TYPE, value, streams, report)


def _retracted(event: RawEvent, outcome: Retracted, versions: Versions) -> _Output:
    value = {
        "schema_version": SCHEMA_VERSION,
        "status": "retracted",
        "article": {"id": outcome.article_id, **outcome.passthrough},
        "processing": _processing(event, versions, {}, []),
    }
    streams = ["enriched", *(f"enriched.{theme}" for theme in versions.themes)]
    report = Report(
        "retracted",
        article=outcome.article_id,
        key_differs=_differs(event, outcome.article_id),
        producer=producer(event.key, {"id": outcome.article_id, **outcome.passthrough}),
    )
    return _Output(outcome.article_id, RETRACTED_TYPE, value, streams, report)


def _publish(event: RawEvent, output: _Output, limits: Limits) -> Processed:
    key = output.id.encode()
    value = orjson.dumps(output.record)
    headers = _headers(event, key, output.type)
    size = len(key) + len(value) + sum(len(name) + len(content) for name, content in headers)
    if size > limits.enriched:
        detail = f"the enriched record has {size} bytes, at most {limits.enriched} are allowed"
        return reject(event, Rejected("output_too_large", detail, output.report.producer, output.id))
    messages = tuple(Message(stream, key, value, headers) for stream in output.streams)
    return Processed(event.offset, messages, output.report)


def _headers(event: RawEvent, key: bytes, kind: bytes) -> tuple[tuple[str, bytes], ...]:
    """All of it follows from the raw record, so that a repetition is equal; that is why the trace context is the
    scraper's, not that of a span of ours (docs/adr/0016).
    """
    tracing = tuple((name, value) for name, value in event.headers if name in TRACING and _is_text(value))
    return (*cloud_event(event.id, event.topic, kind, moment(event), subject=key, schema=DATA_SCHEMA), *tracing)


def cloud_event(
    identifier: str, topic: str, kind: bytes, milliseconds: int, *, subject: bytes, schema: bytes
) -> tuple[tuple[str, bytes], ...]:
    """The headers of CloudEvents 1.0, binary mode; ``topic`` is the source's."""
    return (
        ("ce_specversion", b"1.0"),
        ("ce_id", identifier.encode()),
        ("ce_source", f"/wiretag/{topic}".encode()),
        ("ce_type", kind),
        ("ce_time", rfc3339(milliseconds).encode()),
        ("ce_subject", subject),
        ("ce_dataschema", schema),
        ("content-type", b"application/json"),
    )


def _processing(event: RawEvent, versions: Versions, timings: dict[str, float], flags: list[str]) -> dict[str, Any]:
    return {
        "service": __version__,
        "pipeline": versions.pipeline,
        "taxonomy": versions.taxonomy,
        "source": {"topic": event.topic, "partition": event.partition, "offset": event.offset},
        "timings": timings,
        "flags": flags,
    }


def _differs(event: RawEvent, identifier: str) -> bool:
    return event.key != identifier.encode()


def _is_text(value: bytes) -> bool:
    """Consumers are promised that every header is."""
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True

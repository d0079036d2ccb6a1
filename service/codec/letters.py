"""Dead letters: the raw record byte for byte, and in its headers why it is one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

from service import __version__
from service.codec.producer import producer
from service.model import Message, Processed, RawEvent, Rejected, Report

DETAIL = 1_000  # characters; the record's limit leaves a MiB for all headers
EXCEPTION = "wiretag.Rejected"
TRACING = {"traceparent", "tracestate"}  # W3C trace context: passed on with whatever becomes of the event
TRACE_BYTES = 600  # of such a header, where a letter must be small


def reject(event: RawEvent, rejected: Rejected, attempt: int = 1, *, bare: bool = False) -> Processed:
    """The dead letter of an event. ``attempt``: how many times it was tried. ``bare``: without what the event held,
    where its topic does not take a letter of that size; the headers say where the event is, and how to know it.
    """
    ours = _headers(event, rejected, attempt)
    if bare:
        value = event.value or b""
        ours |= {"wiretag_value_bytes": str(len(value)), "wiretag_value_sha256": sha256(value).hexdigest()}
        kept = tuple(h for h in event.headers if h[0] in TRACING and len(h[1]) <= TRACE_BYTES)
        event = replace(event, value=None, headers=kept)
    theirs = tuple((name, value) for name, value in event.headers if name not in ours)
    headers = theirs + tuple((name, value.encode("utf-8", "backslashreplace")) for name, value in ours.items())
    message = Message("dead", event.key, event.value, headers)
    sender = rejected.producer or producer(event.key)
    report = Report("dead", rejected.reason, article=rejected.article, producer=sender)
    return Processed(event.offset, (message,), report)


def _headers(event: RawEvent, rejected: Rejected, attempt: int) -> dict[str, str]:
    """Our own names, and those that Kafka Connect uses, which dead-letter tools look for."""
    detail = rejected.detail[:DETAIL]
    return {
        "wiretag_reason": rejected.reason,
        "wiretag_detail": detail,
        "wiretag_topic": event.topic,
        "wiretag_partition": str(event.partition),
        "wiretag_offset": str(event.offset),
        "wiretag_timestamp": str(event.timestamp),
        "wiretag_attempt": str(attempt),
        "wiretag_time": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "wiretag_service": __version__,
        "__connect.errors.topic": event.topic,
        "__connect.errors.partition": str(event.partition),
        "__connect.errors.offset": str(event.offset),
        "__connect.errors.exception.class.name": f"{EXCEPTION}.{rejected.reason}",
        "__connect.errors.exception.message": detail,
    }

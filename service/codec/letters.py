"""Dead letters: the raw record byte for byte, and in its headers why it is one."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from hashlib import sha256

from service import __version__
from service.codec.dates import rfc3339
from service.codec.producer import producer
from service.codec.replays import Death, Replay, encoded, number, repeat, replay_of, text, theirs
from service.model import Message, Processed, RawEvent, Rejected, Report

DETAIL = 1_000  # characters; the record's limit leaves a MiB for all headers
EXCEPTION = "wiretag.Rejected"
TRACING = {"traceparent", "tracestate"}  # W3C trace context: passed on with whatever becomes of the event
TRACE_BYTES = 512  # of such a header, as W3C has it: more is not carried on where a record must be small


def reject(event: RawEvent, rejected: Rejected, attempt: int = 1, *, bare: bool = False) -> Processed:
    """The dead letter of an event. ``attempt``: how many times it was tried. ``bare``: without what the event held,
    where its topic does not take a letter of that size; the headers say where the event is, and how to know it.
    """
    replay = replay_of(event)
    ours = replay.headers() if replay else {}
    ours |= _headers(event, rejected, attempt + (replay.attempts if replay else 0))
    if bare:
        value = event.value or b""
        ours |= {"wiretag_value_bytes": str(len(value)), "wiretag_value_sha256": sha256(value).hexdigest()}
        kept = tuple(h for h in event.headers if h[0] in TRACING and len(h[1]) <= TRACE_BYTES)
        event = replace(event, value=None, headers=kept)
    message = Message("dead", event.key, event.value, theirs(event.headers) + encoded(ours))
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
        "wiretag_time": rfc3339(time.time_ns() // 1_000_000),
        "wiretag_service": __version__,
        "__connect.errors.topic": event.topic,
        "__connect.errors.partition": str(event.partition),
        "__connect.errors.offset": str(event.offset),
        "__connect.errors.exception.class.name": f"{EXCEPTION}.{rejected.reason}",
        "__connect.errors.exception.message": detail,
    }


@dataclass(frozen=True, slots=True)
class Letter:
    """A record of ``articles.dead``, opened. ``event``: the raw event as it was; its value is missing where the letter
    was too large to hold it (``sha256`` then tells it, or else is ""). ``attempts``: how often it was tried in all.
    """

    record: RawEvent
    event: RawEvent
    reason: str
    detail: str
    time: str
    service: str
    attempts: int
    sha256: str
    replay: Replay | None

    @property
    def id(self) -> str:
        return self.record.id

    def revived(self, run: str, event: RawEvent | None = None) -> RawEvent:
        """The raw event as it is published again, its history in the headers. ``event``: what the letter lacks."""
        death = Death(self.time, self.reason, self.event.id, self.id, self.service)
        return repeat(event or self.event, run, self.id, self.attempts, death)


def open_letter(record: RawEvent) -> Letter | None:
    """None where the headers are not a dead letter's of ours: somebody else wrote to the topic."""
    headers = dict(record.headers)
    topic = text(headers.get("wiretag_topic"))
    partition, offset = (number(headers.get(f"wiretag_{name}"), -1) for name in ("partition", "offset"))
    if not topic or min(partition, offset) < 0:
        return None
    timestamp = number(headers.get("wiretag_timestamp"), record.timestamp)
    event = RawEvent(topic, partition, offset, timestamp, record.key, record.value, record.headers)
    return Letter(
        record,
        event,
        reason=text(headers.get("wiretag_reason")),
        detail=headers.get("wiretag_detail", b"").decode("utf-8", "replace"),
        time=text(headers.get("wiretag_time")),
        service=text(headers.get("wiretag_service")),
        attempts=number(headers.get("wiretag_attempt"), 1),
        sha256=text(headers.get("wiretag_value_sha256")),
        replay=replay_of(event),
    )

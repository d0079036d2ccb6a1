"""Raw events that were published again: what their headers say of the first time, and how such headers are made.

A replayed record is the original byte for byte. Kafka's own timestamp is that of the replay, so that retention and
freshness count from there; the moment that orders an article's versions (``ce_time``) stays that of the first record.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from typing import Any

import orjson

from service.model import RawEvent

RUN = "wiretag_replay"
RESERVED = ("wiretag_", "__connect.errors.")  # names that are ours: nobody else's are kept under them
DEATHS = 20  # the last ones are remembered
TEXT = 300  # characters of one value: scrapers may send us such headers, too
HISTORY_BYTES = 256 * 1024  # more than such deaths can take; a longer history is not ours
DIGITS = 18

Headers = tuple[tuple[str, bytes], ...]


@dataclass(frozen=True, slots=True)
class Death:
    """One time that an event became a dead letter. ``raw`` and ``letter`` are ``topic/partition/offset``."""

    time: str
    reason: str
    raw: str
    letter: str
    service: str


@dataclass(frozen=True, slots=True)
class Replay:
    """``of``: the record that was published again; ``origin``: the first raw record, which came at ``timestamp``
    (ms since 1970); ``count``: times that it was replayed; ``attempts``: times that it was tried before this replay.
    """

    run: str
    of: str
    origin: str
    timestamp: int
    count: int = 1
    attempts: int = 0
    deaths: tuple[Death, ...] = ()

    def headers(self) -> dict[str, str]:
        told = {
            RUN: self.run,
            "wiretag_replay_of": self.of,
            "wiretag_replays": str(self.count),
            "wiretag_origin": self.origin,
            "wiretag_origin_timestamp": str(self.timestamp),
            "wiretag_attempt": str(self.attempts),
        }
        if self.deaths:
            told["wiretag_history"] = orjson.dumps([asdict(death) for death in self.deaths]).decode()
        return told


def is_replay(event: RawEvent) -> bool:
    return any(name == RUN for name, _ in event.headers)


def replay_of(event: RawEvent) -> Replay | None:
    """What the headers of a replayed event say; None of any other. Never raises: anybody may send such headers."""
    if not is_replay(event):
        return None
    found = dict(event.headers)
    return Replay(
        run=text(found.get(RUN)),
        of=text(found.get("wiretag_replay_of")),
        origin=text(found.get("wiretag_origin")),
        timestamp=moment(event),
        count=max(1, number(found.get("wiretag_replays"), 1)),
        attempts=max(0, number(found.get("wiretag_attempt"), 0)),
        deaths=_deaths(found.get("wiretag_history", b"")),
    )


def moment(event: RawEvent) -> int:
    """The timestamp (ms) that orders the versions of an article: of a replay, that of the first record."""
    if not is_replay(event):
        return event.timestamp
    told = dict(event.headers).get("wiretag_origin_timestamp")
    return min(number(told, event.timestamp), event.timestamp)


def repeat(
    event: RawEvent, run: str, of: str | None = None, attempts: int | None = None, death: Death | None = None
) -> RawEvent:
    """The event as it is published again, with its history. ``of``, ``attempts`` and ``death``: of its dead letter."""
    before = replay_of(event) or Replay(run, "", event.id, event.timestamp, count=0)
    replay = replace(
        before,
        run=run,
        of=of or event.id,
        count=before.count + 1,
        attempts=before.attempts if attempts is None else attempts,
        deaths=(*before.deaths, *([death] if death else []))[-DEATHS:],
    )
    return replace(event, headers=theirs(event.headers) + encoded(replay.headers()))


def theirs(headers: Headers) -> Headers:
    """The sender's own."""
    return tuple((name, value) for name, value in headers if not name.startswith(RESERVED))


def encoded(headers: dict[str, str]) -> Headers:
    return tuple((name, value.encode("utf-8", "backslashreplace")) for name, value in headers.items())


def text(value: bytes | None) -> str:
    return (value or b"").decode("utf-8", "replace")[:TEXT]


def number(value: bytes | None, otherwise: int) -> int:
    digits = (value or b"").decode("ascii", "replace")
    return int(digits) if digits.removeprefix("-").isdecimal() and len(digits) <= DIGITS else otherwise


def _deaths(value: bytes) -> tuple[Death, ...]:
    try:
        told = orjson.loads(value) if len(value) <= HISTORY_BYTES else None
    except orjson.JSONDecodeError:
        return ()
    kept = told[-DEATHS:] if isinstance(told, list) else []
    return tuple(_death(one) for one in kept if isinstance(one, dict))


def _death(told: dict[str, Any]) -> Death:
    """Trap: ``str`` of what is nested a thousand deep raises RecursionError."""
    values = (told.get(field.name) for field in fields(Death))
    return Death(*(value[:TEXT] if isinstance(value, str) else "" for value in values))

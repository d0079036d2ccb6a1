"""What the log says of single events and partitions: always with the same fields, never with the article's text."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from typing import Any

from service.model import Processed, RawEvent

logger = logging.getLogger(__name__)

KEY = 200  # characters shown of a key or an article id
TRACEPARENT = re.compile(rb"[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")


def of_partition(topic: str, partition: int) -> dict[str, Any]:
    """The fields of a line about a partition: for ``extra=``."""
    return {"topic": topic, "partition": partition}


def of_event(event: RawEvent) -> dict[str, Any]:
    """The fields of a line about an event; ``trace_id`` where it has a ``traceparent``. ``logs.Repetitions`` bounds how
    often such a line comes.
    """
    place = {**of_partition(event.topic, event.partition), "offset": event.offset}
    trace = next((value for name, value in event.headers if name == "traceparent"), b"")
    found = TRACEPARENT.fullmatch(trace)
    return {"event_id": event.id, **place, **({"trace_id": found[1].decode()} if found else {})}


def dead_letters(outcomes: Iterable[tuple[RawEvent, Processed]]) -> None:
    """A line for each event of a committed transaction that became a dead letter. Not with the detail, which may quote
    the article: that is in the letter.
    """
    for event, processed in outcomes:
        report = processed.report
        if report.outcome == "dead":
            known = {"article": report.article, "key": _text(event.key)}
            about = {name: value[:KEY] for name, value in known.items() if value is not None}
            # The reason within the message: each has its own bound.
            logger.warning(f"dead letter: {report.reason}", extra={**of_event(event), "reason": report.reason, **about})


def _text(key: bytes | None) -> str | None:
    return None if key is None else key[: 4 * KEY].decode("utf-8", "backslashreplace")

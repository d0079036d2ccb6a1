"""Bytes -> Article or a rejection; an outcome -> the messages to publish. The only module that sees ``topics``."""

from __future__ import annotations

from dataclasses import dataclass

from service.model import Article, Outcome, Processed, RawEvent, Rejected, Report, Retracted, Tombstone


@dataclass(frozen=True, slots=True)
class Limits:
    """``body``: code points; ``enriched``: bytes of one output record."""

    body: int = 500_000
    enriched: int = 16 * 1024 * 1024 - 64 * 1024


@dataclass(frozen=True, slots=True)
class Versions:
    """What stands in ``processing`` beside the service's own version."""

    pipeline: str
    taxonomy: str


def decode(event: RawEvent, limits: Limits) -> Article | Retracted | Rejected | Tombstone:
    """The article in a raw event, or why there is none. Never raises, whatever the bytes."""
    raise NotImplementedError


def identify(event: RawEvent) -> tuple[str, bytes] | None:
    """Article id and payload digest, to tell an unchanged repetition; None where the event will be rejected."""
    raise NotImplementedError


def encode(event: RawEvent, outcome: Outcome, versions: Versions, limits: Limits) -> Processed:
    """The messages of an outcome; an output over its topic's limit becomes a dead letter ``output_too_large``."""
    raise NotImplementedError


def reject(event: RawEvent, rejected: Rejected, attempt: int = 1) -> Processed:
    """The dead letter of an event: key and value byte for byte, the reason in the headers."""
    raise NotImplementedError


__all__ = ["Limits", "Report", "Versions", "decode", "encode", "identify", "reject"]

"""Dead letters found again; those that were replayed have a receipt in a topic of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby

import orjson

from service import codec
from service.codec import Letter
from service.errors import TopicsMismatch
from service.model import RawEvent
from service.runtime.kafka import diagnosis, topics_admin
from service.runtime.kafka.reader import Reader
from service.runtime.replays.resending import Receipt
from service.runtime.replays.scan import Scan, Told, fetch, untold
from service.settings import Settings

DEAD, RECEIPTS = "dead", "dead.replayed"

Place = tuple[int, int, int]  # partition, offset and timestamp of a letter: topics may be made anew


@dataclass(frozen=True, slots=True)
class Filter:
    """Which letters. ``places``: partition and offset of letters, ``raws``: of raw events; empty ones let all through.
    Times are ms since 1970: a letter's own, when it was given up.
    """

    reasons: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    since: int | None = None
    until: int | None = None
    places: frozenset[tuple[int, int]] = frozenset()
    raws: frozenset[tuple[int, int]] = frozenset()

    def takes(self, letter: Letter) -> bool:
        record, event = letter.record, letter.event
        named = not (self.places or self.raws)
        named = named or (record.partition, record.offset) in self.places
        named = named or (event.partition, event.offset) in self.raws
        return (
            named
            and (not self.reasons or letter.reason in self.reasons)
            and (self.since is None or record.timestamp >= self.since)
            and (self.until is None or record.timestamp < self.until)
            and (not self.sources or codec.producer_of(letter.event) in self.sources)
        )


async def find(settings: Settings, which: Filter, told: Told = untold) -> AsyncIterator[Letter]:
    """The letters, in order within a partition. What others wrote to the topic is left out."""
    source = _named(settings, which.places) if which.places and not which.raws else _all(settings, which.since, told)
    async for events in source:
        for letter in map(codec.open_letter, events):
            if letter and which.takes(letter):
                yield letter


async def _all(settings: Settings, since: int | None, told: Told) -> AsyncIterator[Sequence[RawEvent]]:
    async with Scan(settings, DEAD, since) as scan:
        async for events in scan.batches(told):
            yield events


async def _named(settings: Settings, places: Iterable[tuple[int, int]]) -> AsyncIterator[Sequence[RawEvent]]:
    """Without reading the others."""
    await topics_admin.require(settings, [settings.topic(DEAD)])
    reader = Reader(settings, settings.topic(DEAD))
    try:
        for partition, group in groupby(sorted(places), key=lambda place: place[0]):
            async with diagnosis.told(settings):
                yield await fetch(reader, partition, [offset for _, offset in group])
    finally:
        await reader.stop()


async def whole(settings: Settings, raw: Reader, letter: Letter) -> RawEvent | None:
    """The raw event, by ``raw`` where the letter was too large to hold it; None if it is gone from there, too."""
    if not letter.sha256:
        return letter.event if letter.event.value is not None else None
    async with diagnosis.told(settings):
        found = await fetch(raw, letter.event.partition, [letter.event.offset])
    same = [event for event in found if sha256(event.value or b"").hexdigest() == letter.sha256]
    return same[0] if same else None


def place(record: RawEvent) -> Place:
    return record.partition, record.offset, record.timestamp


async def receipts(settings: Settings) -> Mapping[Place, str]:
    """The letters that were replayed, and the raw event that each became, as ``topic/partition/offset``."""
    found: dict[Place, str] = {}
    async with Scan(settings, RECEIPTS) as scan:
        async for events in scan.batches():
            found |= dict(filter(None, map(_opened, events)))
    return found


async def receipts_if_any(settings: Settings) -> Mapping[Place, str]:
    """For those who may only look: a topic that is missing, or hidden from them, tells nothing."""
    try:
        return await receipts(settings)
    except TopicsMismatch:
        return {}


def _opened(event: RawEvent) -> tuple[Place, str] | None:
    """None where it is no receipt of ours: somebody else wrote to the topic."""
    try:
        told = orjson.loads(event.value or b"null")
        return (int(told["partition"]), int(told["offset"]), int(told["timestamp"])), str(told["raw"])
    except (ValueError, KeyError, TypeError):
        return None


def receipt(letter: Letter, run: str, raw: str) -> Receipt:
    partition, offset, timestamp = place(letter.record)
    told = {"partition": partition, "offset": offset, "timestamp": timestamp, "raw": raw, "replay": run}
    return Receipt(RECEIPTS, letter.id.encode(), orjson.dumps(told))

"""The promise, checked from outside: each raw offset has exactly one outcome, each theme topic exactly one copy."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiokafka import AIOKafkaConsumer, TopicPartition

Where = tuple[int, int]  # partition and offset of a raw event


@dataclass
class Ledger:
    """What a read_committed consumer finds in the topics of one prefix."""

    raw: dict[Where, bytes | None] = field(default_factory=dict)
    outcomes: dict[Where, list[str]] = field(default_factory=dict)
    copies: Counter[Where] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    positions: dict[TopicPartition, int] = field(default_factory=dict)  # how far each topic was read

    @property
    def missing(self) -> list[Where]:
        """Raw events without an outcome, but for those that are only counted."""
        without = self.raw.keys() - self.outcomes.keys()
        return sorted(without - self.counted) if without else []

    @property
    def counted(self) -> set[Where]:
        """Tombstones, and repetitions of an article in its partition: a worker may or may not remember the first."""
        seen: set[tuple[int, bytes | None]] = set()
        counted = set()
        for where in sorted(self.raw):
            partition, value = where[0], self.raw[where]
            if value is None or (partition, value) in seen:
                counted.add(where)
            seen.add((partition, value))
        return counted

    def check(self) -> None:
        """Fails with what is wrong."""
        doubled = {where: found for where, found in self.outcomes.items() if len(found) > 1}
        invented = self.outcomes.keys() - self.raw.keys()
        wanted = Counter(
            where
            for where, found in self.outcomes.items()
            if found == ["enriched"] and b"#tariffs" in self.value(where)
        )
        assert not self.missing, f"{len(self.missing)} of {len(self.raw)} lost: {self.missing[:5]}"
        assert not doubled, f"{len(doubled)} doubled: {list(doubled.items())[:5]}"
        assert not invented, f"{len(invented)} outcomes of nothing: {list(invented)[:5]}"
        assert self.copies == wanted, f"theme topic: {self.copies - wanted} too many, {wanted - self.copies} too few"

    def value(self, where: Where) -> bytes:
        return self.raw.get(where) or b""


async def read(bootstrap_servers: str, prefix: str, ledger: Ledger) -> None:
    """Reads all topics on, to their ends."""
    async with AIOKafkaConsumer(
        bootstrap_servers=bootstrap_servers,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        max_partition_fetch_bytes=4 * 1024 * 1024,
    ) as consumer:
        async for record in _records(consumer, ledger, f"{prefix}articles.raw"):
            ledger.raw[record.partition, record.offset] = record.value
        async for record in _records(consumer, ledger, f"{prefix}articles.enriched"):
            ledger.outcomes.setdefault(_source(record), []).append("enriched")
        async for record in _records(consumer, ledger, f"{prefix}articles.dead"):
            reason = dict(record.headers)["wiretag_reason"].decode()
            ledger.outcomes.setdefault(_dead_source(record), []).append(reason)
            ledger.reasons[reason] += 1
        async for record in _records(consumer, ledger, f"{prefix}articles.enriched.tariffs"):
            ledger.copies[_source(record)] += 1


async def settled(
    bootstrap_servers: str,
    prefix: str,
    known: Ledger | None,
    *,
    within: float,
    alive: Callable[[], None] = lambda: None,
) -> Ledger:
    """Reads on, again and again, until nothing is missing or the time is up. ``alive`` raises where waiting is vain.

    ``known`` None: from the beginning each time.
    """
    deadline = asyncio.get_running_loop().time() + within
    while True:
        alive()
        ledger = known or Ledger()
        await read(bootstrap_servers, prefix, ledger)
        if not ledger.missing or asyncio.get_running_loop().time() > deadline:
            return ledger
        await asyncio.sleep(1.0)


async def _records(consumer: AIOKafkaConsumer, ledger: Ledger, topic: str) -> AsyncIterator[Any]:
    partitions = await consumer._client._wait_on_metadata(topic)
    wheres = [TopicPartition(topic, partition) for partition in partitions]
    consumer.assign(wheres)
    await consumer.seek_to_beginning(*[where for where in wheres if where not in ledger.positions])
    for where in wheres:
        if where in ledger.positions:
            consumer.seek(where, ledger.positions[where])
    ends = await consumer.end_offsets(wheres)
    while any([await consumer.position(where) < ends[where] for where in wheres]):
        for where, records in (await consumer.getmany(timeout_ms=200)).items():
            for record in records:
                ledger.positions[where] = record.offset + 1
                yield record
    ledger.positions |= {where: await consumer.position(where) for where in wheres}


def _source(record: Any) -> Where:
    """From the identity that consumers rely on; the record must say the same."""
    _, partition, offset = dict(record.headers)["ce_id"].decode().rsplit("/", 2)
    told = orjson.loads(record.value)["processing"]["source"]
    assert (told["partition"], told["offset"]) == (int(partition), int(offset))
    return int(partition), int(offset)


def _dead_source(record: Any) -> Where:
    headers = dict(record.headers)
    return int(headers["wiretag_partition"]), int(headers["wiretag_offset"])

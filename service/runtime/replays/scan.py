"""A topic read from a moment on to where it ends now, and on from there when asked again."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any

from aiokafka import TopicPartition

from service.model import RawEvent
from service.runtime.kafka import clients, diagnosis, topics_admin
from service.runtime.kafka.reader import Reader, raw_event
from service.settings import Settings

LOOK = 0.2  # seconds to wait for more records
SILENCE = 150  # looks in a row that bring nothing until the brokers count as away

Told = Callable[[int, int], None]  # records read, of how many: offsets that hold nothing count as well


def untold(_done: int, _total: int) -> None:
    """For those who do not show it."""


class Scan:
    """``async with Scan(settings, "dead", since) as scan: async for events in scan.batches(): ...``

    As ``clients.consumer`` reads. ``since``: ms since 1970, or None for all.
    Raises TopicsMismatch where there is no such topic, BrokerUnavailable.
    """

    def __init__(self, settings: Settings, stream: str, since: int | None = None) -> None:
        self._settings, self._topic, self._since = settings, settings.topic(stream), since
        self.beginnings: Mapping[int, int] = {}  # the first offset that each partition still holds
        self._consumer = clients.consumer(settings)

    async def __aenter__(self) -> Scan:
        try:
            await topics_admin.require(self._settings, [self._topic])
            async with diagnosis.told(self._settings):
                await self._consumer.start()
                await self._seek()
        except BaseException:
            await clients.end(self._consumer.stop())
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await clients.end(self._consumer.stop())

    async def batches(self, told: Told = untold) -> AsyncIterator[Sequence[RawEvent]]:
        """All that is there now, in order within a partition; what arrives meanwhile may come along."""
        async with diagnosis.told(self._settings):
            ends = await self._consumer.end_offsets(self._consumer.assignment())
            left = total = await self._left(ends)
            silent = 0
            while left:
                for records in (await self._consumer.getmany(timeout_ms=int(LOOK * 1000))).values():
                    yield [raw_event(record) for record in records]
                before, left = left, await self._left(ends)
                silent = silent + 1 if left == before else 0
                if silent == SILENCE:
                    raise TimeoutError(f"nothing of {self._topic} came for {LOOK * SILENCE:.0f} s")
                told(total - left, total)

    async def _seek(self) -> None:
        partitions = await self._consumer._client._wait_on_metadata(self._topic)
        wheres = [TopicPartition(self._topic, partition) for partition in partitions]
        self._consumer.assign(wheres)
        starts = await self._consumer.beginning_offsets(wheres)
        self.beginnings = {where.partition: int(offset) for where, offset in starts.items()}
        if self._since is not None:
            ends = await self._consumer.end_offsets(wheres)
            found = await self._consumer.offsets_for_times(dict.fromkeys(wheres, max(0, self._since)))
            starts = {where: found[where].offset if found[where] else ends[where] for where in wheres}
        for where, offset in starts.items():
            self._consumer.seek(where, offset)

    async def _left(self, ends: Mapping[Any, int]) -> int:
        return sum([max(0, end - await self._consumer.position(where)) for where, end in ends.items()])


async def fetch(reader: Reader, partition: int, offsets: Sequence[int]) -> list[RawEvent]:
    """The records of one partition that stand at these offsets, which ascend; those that are gone are left out."""
    if partition not in await reader.partitions():
        return []
    end = (await reader.ends([partition]))[partition]
    wanted = [offset for offset in offsets if offset < end]
    known, at, found = set(wanted), 0, list[RawEvent]()
    while at < len(wanted):
        stretch = await reader.read(partition, wanted[at], wanted[-1] + 1)
        found += [event for event in stretch.events if event.offset in known]
        at = bisect_left(wanted, stretch.end)
    return found

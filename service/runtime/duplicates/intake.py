"""The records of all partitions of ``articles.enriched``, about in the order in which they were written.

A partition that is read faster than the others would run days ahead of them when there is a backlog, and the window
with it. So the earliest record goes first, and none goes before each partition that has more has shown its next.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

from aiokafka import TopicPartition

from service.model import RawEvent
from service.runtime.kafka import clients
from service.runtime.kafka.reader import raw_event
from service.settings import Settings

AT_ONCE = 100  # records; a waiting one holds its text
PATIENCE = 0.5  # seconds


class Intake:
    """All partitions, from given offsets on. Every method but ``stop`` raises ``clients.TROUBLE``."""

    def __init__(self, settings: Settings, topic: str) -> None:
        self._topic = topic
        self._waiting: dict[TopicPartition, deque[RawEvent]] = {}
        self._consumer = clients.consumer(settings)

    async def start(self) -> None:
        await self._consumer.start()

    async def stop(self) -> None:
        await clients.end(self._consumer.stop())

    async def partitions(self) -> set[int]:
        """Those that the topic has."""
        return set(await self._consumer._client._wait_on_metadata(self._topic))

    async def begin(self, positions: Mapping[int, int]) -> None:
        """Offsets by partition; below the start of the log, its start."""
        wheres = {TopicPartition(self._topic, partition): offset for partition, offset in positions.items()}
        starts = await self._consumer.beginning_offsets(list(wheres))
        self._consumer.assign(list(wheres))
        for where, offset in wheres.items():
            self._consumer.seek(where, max(offset, starts[where]))
        self._waiting = {where: deque() for where in wheres}

    async def take(self, most: int) -> list[RawEvent]:
        """The next records, the earliest first; none where none comes for a moment."""
        await self._fetch()
        taken: list[RawEvent] = []
        while len(taken) < most and await self._complete():
            first = min((queue for queue in self._waiting.values() if queue), key=_head, default=None)
            if first is None:
                break
            taken.append(first.popleft())
        return taken

    async def lag(self) -> int:
        """Offsets that are stored and not yet taken; a few of them hold nothing."""
        ends = await self._consumer.end_offsets(list(self._waiting))
        return sum([max(0, end - await self._position(where)) for where, end in ends.items()])

    async def _fetch(self) -> None:
        """Waits only where nothing can be taken without."""
        empty = [where for where, queue in self._waiting.items() if not queue]
        patience = 0.0 if any(self._waiting.values()) and await self._complete() else PATIENCE
        if empty:
            arrived = await self._consumer.getmany(*empty, timeout_ms=int(patience * 1000), max_records=AT_ONCE)
            for where, records in arrived.items():
                self._waiting[where].extend(raw_event(record) for record in records)

    async def _complete(self) -> bool:
        """Whether each partition has shown its next record, or has none."""
        for where, queue in self._waiting.items():
            if not queue:
                end = self._consumer.last_stable_offset(where)
                if end is None or await self._consumer.position(where) < end:
                    return False
        return True

    async def _position(self, where: TopicPartition) -> int:
        queue = self._waiting[where]
        return queue[0].offset if queue else int(await self._consumer.position(where))


def _head(queue: deque[RawEvent]) -> tuple[int, int, int]:
    return queue[0].timestamp, queue[0].partition, queue[0].offset

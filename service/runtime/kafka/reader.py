"""Our own look at the input topic, beside Faust's: where the group stands, where the log ends, what is in a hole."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from aiokafka.structs import OffsetAndMetadata

from service.model import RawEvent
from service.runtime.kafka import clients
from service.settings import Settings

LIMIT = 30.0  # seconds until a question to the brokers is given up
AGAIN = 0.2  # seconds until a question is put again that the coordinator cannot answer yet
READ_EVENTS = 256  # at most at once: each costs the event loop a look into its payload


@dataclass(frozen=True, slots=True)
class Stretch:
    """All that the log holds from the offset asked for up to ``end``; not every offset holds something."""

    events: Sequence[RawEvent]
    end: int


class PositionUnknown(KafkaError):  # type: ignore[misc]
    """The coordinator answered without an answer. Taking it for "no position yet" would begin the topic anew."""

    retriable = True


class Reader:
    """One question at a time; partitions share it. Every question raises one of ``clients.TROUBLE``."""

    def __init__(self, settings: Settings, topic: str) -> None:
        self._settings = settings
        self._topic = topic
        self._lock = asyncio.Lock()
        self._clients: _Clients | None = None

    async def position(self, partition: int) -> int:
        """The offset that the group reads next: committed, or else (and below the start of the log) its start."""
        where = TopicPartition(self._topic, partition)
        async with self._asking() as ask:
            start = (await ask.consumer.beginning_offsets([where]))[where]
            known = (await committed(ask.admin, self._settings.group_id, [where]))[where]
        return max(int(start), int(known.offset))

    async def partitions(self) -> Set[int]:
        """Those that the topic has."""
        async with self._asking() as ask:
            known: Set[int] = await ask.consumer._client._wait_on_metadata(self._topic)
        return known

    async def ends(self, partitions: Iterable[int]) -> Mapping[int, int]:
        """Where the committed part of the log ends: an open transaction hides what comes after it."""
        wheres = [TopicPartition(self._topic, partition) for partition in partitions]
        async with self._asking() as ask:
            ends = await ask.consumer.end_offsets(wheres) if wheres else {}
        return {where.partition: int(end) for where, end in ends.items()}

    async def read(self, partition: int, start: int, until: int) -> Stretch:
        """Reads on from ``start`` until it meets an event or reaches ``until``, and all that comes along with it."""
        where = TopicPartition(self._topic, partition)
        async with self._asking() as ask:
            if ask.consumer.assignment() != {where}:
                ask.consumer.assign([where])
            ask.consumer.resume(where)
            ask.consumer.seek(where, start)
            events: list[RawEvent] = []
            position = start
            while not events and position < until:
                records = await ask.consumer.getmany(where, timeout_ms=500)
                events = [raw_event(record) for record in records.get(where, ())]
                position = int(await ask.consumer.position(where))
            ask.consumer.pause(where)  # or it would read ahead for nobody
        return Stretch(events, position)

    async def stop(self) -> None:
        ours, self._clients = self._clients, None
        if ours is not None:
            await ours.stop()

    @contextlib.asynccontextmanager
    async def _asking(self) -> AsyncIterator[_Clients]:
        """The clients, alone, for a bounded time; after trouble the next question gets new ones."""
        async with self._lock:
            try:
                async with asyncio.timeout(LIMIT):
                    if self._clients is None:
                        self._clients = _Clients(self._settings)
                        await self._clients.start()
                    yield self._clients
            except BaseException:
                await self.stop()
                raise


class _Clients:
    def __init__(self, settings: Settings) -> None:
        self.admin = AIOKafkaAdminClient(**clients.connection(settings))
        self.consumer = clients.consumer(
            settings,
            max_poll_records=READ_EVENTS,
            fetch_max_wait_ms=1,  # what is asked for is there; a longer wait would hold up the next question
        )

    async def start(self) -> None:
        await self.admin.start()
        await self.consumer.start()

    async def stop(self) -> None:
        await clients.end(self.consumer.stop(), 1.0)
        await clients.end(self.admin.close(), 1.0)


async def committed(
    admin: AIOKafkaAdminClient, group: str, wheres: Sequence[TopicPartition]
) -> Mapping[TopicPartition, OffsetAndMetadata]:
    """Where a group stands; offset -1 where it has no position yet. The coordinator of a new cluster takes its time."""
    while True:
        try:
            answer: dict[TopicPartition, OffsetAndMetadata] = await admin.list_consumer_group_offsets(
                group, partitions=list(wheres)
            )
            if missing := set(wheres) - answer.keys():
                raise PositionUnknown(f"no position of {sorted(missing)} in the answer")
            return answer
        except KafkaError as error:
            if not error.retriable:
                raise
            await asyncio.sleep(AGAIN)


def raw_event(record: Any) -> RawEvent:
    """Of an aiokafka record."""
    headers = tuple((name, value or b"") for name, value in record.headers)
    return RawEvent(record.topic, record.partition, record.offset, record.timestamp, record.key, record.value, headers)

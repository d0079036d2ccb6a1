"""Records put into ``articles.raw`` again, beside live traffic: in transactions, at a bounded rate."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import InvalidProducerEpoch, ProducerFenced

from service.errors import BrokerUnavailable
from service.model import RawEvent
from service.runtime.kafka import clients, diagnosis, topics_admin
from service.runtime.kafka.publishing import OVERHEAD
from service.runtime.kafka.reader import Reader
from service.settings import Settings

TRANSACTION_TIMEOUT = 10.0  # seconds that live records may have to wait behind a replay that was killed
ABORTING = 2.0  # seconds to abort one, or else the brokers do
BATCH_BYTES = 1024 * 1024
HEADER_OVERHEAD = 8  # bytes that Kafka adds to a header at most
CHUNK = 100  # records in one transaction at most
LOOK = 2.0  # seconds between two looks at the lag
SLICE = 0.2  # seconds until a stop is noticed


@dataclass(frozen=True, slots=True)
class Receipt:
    """A record that is written in the same transaction."""

    stream: str
    key: bytes
    value: bytes


@dataclass(frozen=True, slots=True)
class Pace:
    """``rate``: records a second. ``max_lag``: raw events that the group may be behind; above it a replay waits."""

    rate: float
    max_lag: int

    @property
    def chunk(self) -> int:
        return max(1, min(CHUNK, int(self.rate)))


class Resender:
    """``name`` is the end of its transactional id: a second one of that name fences the first, which then raises
    BrokerUnavailable. ``stopped``: whether to end at the next chance.
    """

    def __init__(
        self,
        settings: Settings,
        name: str,
        pace: Pace,
        stopped: Callable[[], bool],
        waiting: Callable[[int], None],
    ) -> None:
        self._settings, self._pace, self._stopped, self._waiting = settings, pace, stopped, waiting
        self._name, self._limit = name, 0
        self._topic = settings.topic("raw")
        self._reader = Reader(settings, self._topic)
        self._producer: AIOKafkaProducer
        self._partitions: set[int] = set()
        self._last: dict[int, int] = {}  # partition -> offset of what we sent last
        self._next = self._look = 0.0

    async def __aenter__(self) -> Resender:
        self._limit = await topics_admin.message_limit(self._settings, self._topic)
        self._producer = clients.producer(
            self._settings,
            transactional_id=f"{self._settings.group_id}-{self._name}",
            transaction_timeout_ms=int(TRANSACTION_TIMEOUT * 1000),
            max_request_size=self._limit * 2,
            max_batch_size=BATCH_BYTES,
        )
        try:
            async with diagnosis.told(self._settings):
                await self._producer.start()
                self._partitions = set(await self._producer.partitions_for(self._topic))
        except BaseException:
            await clients.stop_producer(self._producer)
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._reader.stop()
        await clients.stop_producer(self._producer)

    async def turn(self) -> bool:
        """Waits until more may be sent; False if it was stopped meanwhile."""
        while not self._stopped():
            if (wait := self._next - time.monotonic()) > 0:
                await asyncio.sleep(min(SLICE, wait))
            elif not await self._behind():
                return True
        return False

    async def send(self, events: Sequence[RawEvent], receipt: Callable[[int, str], Receipt] | None = None) -> list[int]:
        """All of them or none, each to the partition where it was; but for those that are too large with their history.
        Returns the indexes of those that were sent.

        ``receipt`` gets the index of an event, and where it is now as ``topic/partition/offset``.
        """
        small = [index for index, event in enumerate(events) if self._fits(event)]
        if not small:
            return small
        async with diagnosis.told(self._settings):
            try:
                placed = await self._transact({index: events[index] for index in small}, receipt)
            except (ProducerFenced, InvalidProducerEpoch):
                raise BrokerUnavailable("another replay was started, which ended this one") from None
        self._last |= placed
        self._next = max(time.monotonic(), self._next) + len(small) / self._pace.rate
        return small

    async def settled(self, told: Callable[[int], None]) -> bool:
        """Waits until the group has settled all that was sent; False if it was stopped meanwhile. ``told`` gets the
        number of partitions to wait for.
        """
        open_ = dict(self._last)
        while open_ and not self._stopped():
            told(len(open_))
            for partition in list(open_):
                if await self._asked(self._reader.position(partition)) > open_[partition]:
                    del open_[partition]
            await asyncio.sleep(SLICE if open_ else 0)
        return not open_

    async def _transact(
        self, events: Mapping[int, RawEvent], receipt: Callable[[int, str], Receipt] | None
    ) -> dict[int, int]:
        """Trap: aiokafka's own way to write this would wait for ever to abort it where brokers are away."""
        try:
            async with asyncio.timeout(TRANSACTION_TIMEOUT):
                await self._producer.begin_transaction()
                placed = await asyncio.gather(*[await self._put(event) for event in events.values()])
                if receipt:
                    places = [f"{place.topic}/{place.partition}/{place.offset}" for place in placed]
                    sent = [await self._write(receipt(index, at)) for index, at in zip(events, places, strict=True)]
                    await asyncio.gather(*sent)
                await self._producer.commit_transaction()
        except BaseException:
            await clients.end(self._producer.abort_transaction(), ABORTING)
            raise
        return {place.partition: place.offset for place in sorted(placed, key=lambda place: int(place.offset))}

    def _fits(self, event: RawEvent) -> bool:
        headers = sum(len(name) + len(value) + HEADER_OVERHEAD for name, value in event.headers)
        return len(event.key or b"") + len(event.value or b"") + headers + OVERHEAD <= self._limit

    async def _write(self, receipt: Receipt) -> Awaitable[Any]:
        topic = self._settings.topic(receipt.stream)
        written: asyncio.Future[Any] = await self._producer.send(topic, receipt.value, receipt.key)
        written.add_done_callback(clients.noticed)
        return written

    async def _put(self, event: RawEvent) -> Awaitable[Any]:
        partition = event.partition if event.partition in self._partitions else None
        put: asyncio.Future[Any] = await self._producer.send(
            self._topic, event.value, event.key, partition=partition, headers=list(event.headers)
        )
        put.add_done_callback(clients.noticed)
        return put

    async def _behind(self) -> bool:
        """Whether the group is too far behind; asks at most every two seconds."""
        if time.monotonic() < self._look:
            return False
        lag = await self._lag()
        if lag <= self._pace.max_lag:
            self._look = time.monotonic() + LOOK
            return False
        self._waiting(lag)
        await asyncio.sleep(SLICE)
        return True

    async def _lag(self) -> int:
        ends = await self._asked(self._reader.ends(self._partitions))
        return sum([max(0, ends[number] - await self._asked(self._reader.position(number))) for number in ends])

    async def _asked(self, question: Awaitable[Any]) -> Any:
        async with diagnosis.told(self._settings):
            return await question

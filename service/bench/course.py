"""Topics of one's own: a backlog, and when its outcomes came, by the brokers' clock."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupCoordinatorNotAvailableError

from service.bench.corpus import Text
from service.errors import WiretagError
from service.runtime.kafka import clients, topics_admin
from service.settings import Settings

LOOK = 0.5  # seconds between two looks at what has come: looking costs the contestants time
PATIENCE = 300.0  # seconds without any outcome
FETCH_BYTES = 4 * 1024 * 1024
BY_ARRIVAL = {"log.message.timestamp.type": "LogAppendTime"}  # so that brokers stamp records when they store them


class Course:
    """``async with Course(settings) as course``: creates the topics of the settings' prefix and removes them."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.raw = f"{settings.topic_prefix}articles.raw"
        self._outputs = [f"{settings.topic_prefix}articles.{stream}" for stream in ("enriched", "dead")]

    async def __aenter__(self) -> Course:
        await topics_admin.create(self.settings)
        return self

    async def __aexit__(self, *_: object) -> None:
        async with self._admin() as admin:
            await admin.delete_topics(list(topics_admin.wanted(self.settings)))

    async def run(self, texts: Sequence[Text], alive: Callable[[], None]) -> float:
        """Seconds from the moment when the first of these is stored until the last outcome is."""
        async with self.outcomes() as consumer:
            began = await self.publish(texts)
            return await _last(consumer, len(texts), alive) - began

    async def publish(self, texts: Sequence[Text]) -> float:
        """As fast as can be; when the first was stored, in seconds of the brokers' clock."""
        async with self.producer() as producer:
            sent = [await producer.send(self.raw, text.value, text.key) for text in texts]
            stored = await asyncio.gather(*sent)
        return min(float(record.timestamp) for record in stored) / 1000

    def producer(self) -> AIOKafkaProducer:
        return AIOKafkaProducer(**clients.connection(self.settings), max_batch_size=512 * 1024)

    @contextlib.asynccontextmanager
    async def outcomes(self) -> AsyncIterator[AIOKafkaConsumer]:
        """A consumer of what is published from now on."""
        async with AIOKafkaConsumer(
            *self._outputs,
            **clients.connection(self.settings),
            isolation_level="read_committed",
            enable_auto_commit=False,
            auto_offset_reset="latest",
            max_partition_fetch_bytes=FETCH_BYTES,
        ) as consumer:
            await consumer.seek_to_end()
            await asyncio.gather(*[consumer.position(where) for where in consumer.assignment()])
            yield consumer

    async def members(self) -> int:
        """Of the group, once it has settled; else 0."""
        try:
            async with self._admin() as admin:
                (answer,) = await admin.describe_consumer_groups([self.settings.group_id])
        except GroupCoordinatorNotAvailableError:  # the first group that the brokers ever see
            return 0
        _, _, state, _, _, members, *_ = answer.groups[0]
        return len(members) if state == "Stable" else 0

    @contextlib.asynccontextmanager
    async def _admin(self) -> AsyncIterator[AIOKafkaAdminClient]:
        admin = AIOKafkaAdminClient(**clients.connection(self.settings))
        try:
            await admin.start()
            yield admin
        finally:
            await admin.close()


async def _last(consumer: AIOKafkaConsumer, count: int, alive: Callable[[], None]) -> float:
    """When the last of ``count`` outcomes was stored, in seconds of the brokers' clock."""
    keys: set[bytes] = set()
    last, quiet = 0.0, 0.0
    while len(keys) < count:
        await asyncio.sleep(LOOK)
        alive()
        arrived = [record for records in (await consumer.getmany()).values() for record in records]
        keys.update(record.key for record in arrived)
        last = max([last, *(record.timestamp / 1000 for record in arrived)])
        quiet = 0.0 if arrived else quiet + LOOK
        if quiet > PATIENCE:
            raise WiretagError(f"{len(keys)} of {count} outcomes came, none for {PATIENCE:.0f} s")
    return last


async def until(what: str, true: Callable[[], Awaitable[bool]], alive: Callable[[], None]) -> None:
    """Waits for it. Raises WiretagError when it takes too long."""
    try:
        async with asyncio.timeout(PATIENCE):
            while not await true():
                alive()
                await asyncio.sleep(LOOK)
    except TimeoutError:
        raise WiretagError(f"waited {PATIENCE:.0f} s until {what}") from None

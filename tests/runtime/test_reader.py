"""Our own look at a real log: positions, ends and holes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.records_to_delete import RecordsToDelete

from service.model import Message
from service.runtime.kafka.reader import Reader
from service.runtime.stream.publisher import Publisher
from service.settings import Settings

pytestmark = pytest.mark.kafka


class Log:
    """An input topic of one partition, and the two of our parts that touch it."""

    def __init__(self, bootstrap_servers: str, prefix: str) -> None:
        self.bootstrap_servers = bootstrap_servers
        self.settings = Settings(bootstrap_servers=bootstrap_servers, topic_prefix=prefix, group_id=f"{prefix}group")
        self.topic = f"{prefix}articles.raw"
        self.where = TopicPartition(self.topic, 0)
        self.reader = Reader(self.settings, self.topic)

    def publisher(self) -> Publisher:
        return Publisher(self.settings, f"{self.settings.group_id}-{self.topic}-0", self.settings.group_id)

    async def create(self) -> None:
        await self.admin("create_topics", [NewTopic(self.topic, 1, 1), NewTopic(f"{self.topic[:-3]}enriched", 1, 1)])

    async def admin(self, what: str, *arguments: Any) -> None:
        admin = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap_servers)
        await admin.start()
        await getattr(admin, what)(*arguments)
        await admin.close()

    async def write(self, *values: str) -> None:
        async with AIOKafkaProducer(bootstrap_servers=self.bootstrap_servers) as producer:
            for value in values:
                await producer.send_and_wait(self.topic, value.encode())

    async def transaction(self, *values: str, commit: bool = True) -> None:
        async with AIOKafkaProducer(
            bootstrap_servers=self.bootstrap_servers, transactional_id=f"{self.topic}scraper"
        ) as producer:
            await producer.begin_transaction()
            for value in values:
                await producer.send_and_wait(self.topic, value.encode())
            await (producer.commit_transaction() if commit else producer.abort_transaction())

    async def grown_to(self, end: int) -> None:
        """Markers are written some time after a commit was confirmed."""
        async with asyncio.timeout(30):
            while await self.reader.ends([0]) != {0: end}:  # noqa: ASYNC110 - there is no event to wait for
                await asyncio.sleep(0.05)

    async def commit(self, position: int) -> None:
        publisher = self.publisher()
        await publisher.start()
        await publisher.publish([Message("enriched", b"key", b"value", ())], {self.where: position})
        await publisher.stop()

    async def taken_at(self) -> int:
        """As a worker does it. Trap: a commit that was confirmed need not be visible before the next producer starts."""
        publisher = self.publisher()
        await publisher.start()
        position = await self.reader.position(0)
        await publisher.stop()
        return position


@pytest.fixture
async def log(kafka: Any, topic_prefix: str) -> AsyncIterator[Log]:
    made = Log(kafka.bootstrap_servers, topic_prefix)
    await made.create()
    yield made
    await made.reader.stop()


async def values(log: Log, start: int, until: int) -> tuple[list[tuple[int, bytes | None]], int]:
    stretch = await log.reader.read(0, start, until)
    return [(event.offset, event.value) for event in stretch.events], stretch.end


async def test_a_new_group_begins_at_the_start_and_goes_on_where_it_committed(log: Log) -> None:
    await log.write("a", "b", "c")
    assert await log.taken_at() == 0
    await log.commit(2)
    assert await log.taken_at() == 2


async def test_a_position_below_the_start_of_the_log_moves_to_it(log: Log) -> None:
    await log.write("a", "b", "c", "d")
    await log.commit(1)
    await log.admin("delete_records", {TopicPartition(log.topic, 0): RecordsToDelete(3)})
    assert await log.taken_at() == 3


async def test_reading_goes_on_beyond_the_hole_as_far_as_it_gets(log: Log) -> None:
    await log.write("a", "b", "c")
    assert await values(log, 1, 2) == ([(1, b"b"), (2, b"c")], 3)


async def test_what_holds_nothing_is_passed_over(log: Log) -> None:
    await log.transaction("aborted", commit=False)
    await log.transaction("kept")
    await log.grown_to(4)
    await log.write("last")
    assert await values(log, 0, 4) == ([(2, b"kept"), (4, b"last")], 5)
    assert await values(log, 3, 4) == ([(4, b"last")], 5)


async def test_a_tail_of_markers_ends_where_the_log_ends(log: Log) -> None:
    await log.transaction("kept")
    await log.grown_to(2)
    assert await values(log, 1, 2) == ([], 2)


async def test_an_open_transaction_hides_what_comes_after_it(log: Log) -> None:
    async with AIOKafkaProducer(
        bootstrap_servers=log.bootstrap_servers, transactional_id=f"{log.topic}open"
    ) as producer:
        await producer.begin_transaction()
        await producer.send_and_wait(log.topic, b"open")
        await log.write("after")
        assert await log.reader.ends([0]) == {0: 0}
        await producer.commit_transaction()
    await log.grown_to(3)


async def test_the_former_owner_is_refused_once_the_next_one_has_started(log: Log) -> None:
    former = log.publisher()
    await former.start()
    await former.publish([], {log.where: 1})
    await log.commit(2)
    with pytest.raises(Exception, match=r"(?i)fence|epoch|transition|transaction"):
        await former.publish([Message("enriched", b"key", b"late", ())], {log.where: 3})
    await former.stop()
    assert await log.taken_at() == 2

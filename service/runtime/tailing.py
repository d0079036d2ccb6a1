"""What consumers of the output topics see: committed records only, in the order in which they arrive."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, TopicPartition

from service.errors import BrokerUnavailable, TopicsMismatch
from service.runtime import clients
from service.settings import Settings

FETCH_BYTES = 17 * 1024 * 1024  # more than the largest record


@dataclass(frozen=True, slots=True)
class Published:
    """One output record. ``stream`` as in ``model.Message``."""

    stream: str
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]


class Tail:
    """``async with Tail(settings, ["enriched"]) as tail: async for published in tail``. Belongs to no group, so nobody
    else's position moves. Starts at the end, as of entering the context, or at the beginning.
    """

    def __init__(self, settings: Settings, streams: Sequence[str], from_beginning: bool = False) -> None:
        self._settings = settings
        self._topics = {f"{settings.topic_prefix}articles.{stream}": stream for stream in streams}
        self._from_beginning = from_beginning
        self._consumer = AIOKafkaConsumer(
            **clients.connection(settings),
            isolation_level="read_committed",
            enable_auto_commit=False,
            max_partition_fetch_bytes=FETCH_BYTES,
        )

    async def __aenter__(self) -> Tail:
        try:
            await self._consumer.start()
            await self._seek(await self._partitions())
        except clients.TROUBLE as problem:
            await self._consumer.stop()
            raise BrokerUnavailable(f"Kafka at {self._settings.bootstrap_servers}: {problem}") from None
        except BaseException:
            await self._consumer.stop()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._consumer.stop()

    async def __aiter__(self) -> AsyncIterator[Published]:
        async for record in self._consumer:
            headers = tuple((name, value or b"") for name, value in record.headers)
            yield Published(self._topics[record.topic], record.key, record.value, headers)

    async def _partitions(self) -> list[TopicPartition]:
        there = await self._consumer.topics()
        if missing := sorted(self._topics.keys() - there):
            raise TopicsMismatch(f"{', '.join(missing)}: missing; `wiretag topics create` makes it")
        return [
            TopicPartition(topic, number)
            for topic in self._topics
            for number in sorted(self._consumer.partitions_for_topic(topic))
        ]

    async def _seek(self, partitions: list[TopicPartition]) -> None:
        """Trap: ``seek_to_end`` alone would look for the end only when the first record is asked for."""
        ask = self._consumer.beginning_offsets if self._from_beginning else self._consumer.end_offsets
        self._consumer.assign(partitions)
        for partition, offset in (await ask(partitions)).items():
            self._consumer.seek(partition, offset)

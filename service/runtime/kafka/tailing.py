"""What consumers of the output topics see: committed records only, in the order in which they arrive."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer

from service.runtime.kafka import clients, diagnosis, topics_admin
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
    """``async with Tail(settings, ["enriched"]) as tail: await tail.some(1.0)``. Belongs to no group, so nobody
    else's position moves. Starts at the end, as of entering the context, or at the beginning.
    """

    def __init__(self, settings: Settings, streams: Sequence[str], from_beginning: bool = False) -> None:
        self._settings = settings
        self._topics = {settings.topic(stream): stream for stream in streams}
        self._consumer = AIOKafkaConsumer(
            *self._topics,
            **clients.connection(settings),
            isolation_level="read_committed",
            enable_auto_commit=False,
            auto_offset_reset="earliest" if from_beginning else "latest",
            max_partition_fetch_bytes=FETCH_BYTES,
        )

    async def __aenter__(self) -> Tail:
        await topics_admin.require(self._settings, self._topics)
        try:
            await self._consumer.start()
            # Not seek_to_end(): a look-up of the beginning that is on its way could win over it.
            await asyncio.gather(*(self._consumer.position(where) for where in self._consumer.assignment()))
        except clients.TROUBLE as problem:
            await self._consumer.stop()
            raise await diagnosis.explained(self._settings, problem) from None
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._consumer.stop()

    async def some(self, patience: float) -> list[Published]:
        """What arrives next, as soon as anything does; nothing after ``patience`` seconds."""
        async with diagnosis.told(self._settings):
            arrived = await self._consumer.getmany(timeout_ms=int(patience * 1000))
        return [self._published(record) for records in arrived.values() for record in records]

    def _published(self, record: Any) -> Published:
        headers = tuple((name, value or b"") for name, value in record.headers)
        return Published(self._topics[record.topic], record.key, record.value, headers)

"""What consumers of the output topics see: committed records only, in the order in which they arrive."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from aiokafka import TopicPartition

from service.runtime.kafka import clients, diagnosis, topics_admin
from service.settings import Settings

ANSWER = 10.0  # seconds until brokers that say nothing count as away


@dataclass(frozen=True, slots=True)
class Published:
    """One output record. ``stream`` as in ``model.Message``; ``timestamp``: milliseconds since the epoch."""

    stream: str
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]
    timestamp: int = 0


class Tail:
    """``async with Tail(settings, ["enriched"]) as tail: await tail.some(1.0)``. Starts at the end, as of entering the
    context, or at the beginning. Raises AccessDenied, BrokerUnavailable, and TopicsMismatch where a topic is missing.
    """

    def __init__(self, settings: Settings, streams: Sequence[str], from_beginning: bool = False) -> None:
        self._settings = settings
        self._topics = {settings.topic(stream): stream for stream in streams}
        self._ends: dict[TopicPartition, int] = {}
        self._consumer = clients.consumer(
            settings,
            *self._topics,
            auto_offset_reset="earliest" if from_beginning else "latest",
        )

    async def __aenter__(self) -> Tail:
        try:
            await topics_admin.require(self._settings, self._topics)
            async with diagnosis.told(self._settings):
                await self._consumer.start()
                # Not seek_to_end(): a look-up of the beginning that is on its way could win over it.
                await asyncio.gather(*(self._consumer.position(where) for where in self._consumer.assignment()))
        except BaseException:
            await clients.end(self._consumer.stop())
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await clients.end(self._consumer.stop())

    async def rewind(self, since: int, least: int) -> None:
        """Goes back to what was stored since then (milliseconds since the epoch), and at least by ``least`` offsets in
        each partition.
        """
        wheres = self._consumer.assignment()
        async with self._answering():
            starts = await self._consumer.beginning_offsets(wheres)
            self._ends = await self._consumer.end_offsets(wheres)
            times = await self._consumer.offsets_for_times(dict.fromkeys(wheres, since))
        for where in wheres:
            first = times[where].offset if times.get(where) else self._ends[where]
            self._consumer.seek(where, max(starts[where], min(first, self._ends[where] - least)))

    async def behind(self) -> bool:
        """Whether something is still to come that was there when it was rewound."""
        return any([await self._consumer.position(where) < end for where, end in self._ends.items()])

    async def ask(self) -> None:
        """Raises BrokerUnavailable if the brokers do not answer: silence alone looks like a quiet hour."""
        async with self._answering():
            await self._consumer.end_offsets(self._consumer.assignment())

    @contextlib.asynccontextmanager
    async def _answering(self) -> AsyncIterator[None]:
        async with diagnosis.told(self._settings):
            try:
                async with asyncio.timeout(ANSWER):
                    yield
            except TimeoutError:
                raise TimeoutError(f"no answer within {ANSWER:.0f} s") from None

    async def some(self, patience: float) -> list[Published]:
        """What arrives next, as soon as anything does; nothing after ``patience`` seconds."""
        async with diagnosis.told(self._settings):
            arrived = await self._consumer.getmany(timeout_ms=int(patience * 1000))
        return [self._published(record) for records in arrived.values() for record in records]

    def _published(self, record: Any) -> Published:
        headers = tuple((name, value or b"") for name, value in record.headers)
        return Published(self._topics[record.topic], record.key, record.value, headers, record.timestamp)

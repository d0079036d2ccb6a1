"""A transactional producer: outputs, dead letters and the group's position, all or nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError, MessageSizeTooLargeError, RecordListTooLargeError
from aiokafka.structs import OffsetAndMetadata

from service.model import Message
from service.runtime.kafka import clients
from service.settings import Settings

REQUEST_BYTES = 17 * 1024 * 1024  # the largest output (16 MiB) and its envelope
BATCH_BYTES = 1024 * 1024  # of one output partition in one request; every topic accepts that


class TooLarge(KafkaError):  # type: ignore[misc]
    """A topic on the brokers takes smaller records than ``topic.toml`` says."""


class Publisher:
    """Its transactional id belongs to what it reads, not to the process: starting it fences whoever had it before.
    ``group`` is the consumer group whose position moves.

    Whatever raises leaves the producer unusable: ``stop`` it, start another, and ask where the group stands.
    """

    def __init__(self, settings: Settings, transactional_id: str, group: str) -> None:
        self._settings = settings
        self._group = group
        self._producer = clients.producer(
            settings,
            transactional_id=transactional_id,
            transaction_timeout_ms=int(settings.transaction_timeout * 1000),
            max_request_size=REQUEST_BYTES,
            max_batch_size=BATCH_BYTES,
        )

    async def start(self) -> None:
        """Fences the former owner and ends what it had open."""
        async with asyncio.timeout(self._settings.transaction_timeout):
            await self._producer.start()

    async def publish(
        self, messages: Iterable[Message], positions: Mapping[TopicPartition, int | OffsetAndMetadata]
    ) -> None:
        """One transaction; returns when it is committed. Later than the timeout the broker has aborted it anyway."""
        producer = self._producer
        try:
            async with asyncio.timeout(self._settings.transaction_timeout):
                await producer.begin_transaction()
                # Trap: while the coordinator enrols another topic, or the group, in the transaction, brokers refuse its
                # records as "not enough replicas", and aiokafka waits 100 ms. So: all sends in one go, then the group.
                await asyncio.gather(*[await self._send(message) for message in messages])
                await producer.send_offsets_to_transaction(positions, self._group)
                await producer.commit_transaction()
        except (MessageSizeTooLargeError, RecordListTooLargeError) as refused:
            raise TooLarge(str(refused)) from refused

    async def stop(self) -> None:
        """Never raises, takes seconds at most. An open transaction stays so until the next owner fences it."""
        await clients.stop_producer(self._producer)

    async def _send(self, message: Message) -> asyncio.Future[object]:
        sent: asyncio.Future[object] = await self._producer.send(
            self._settings.topic(message.stream),
            value=message.value,
            key=message.key,
            headers=list(message.headers),
        )
        sent.add_done_callback(clients.noticed)
        return sent

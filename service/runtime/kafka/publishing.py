"""Raw articles -> ``articles.raw``: every one acknowledged by the brokers, or told as refused."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import MessageSizeTooLargeError

from service.runtime.kafka import clients, diagnosis, topics_admin
from service.settings import Settings

AT_ONCE = 500  # records on their way to the brokers
OVERHEAD = 128  # bytes that Kafka adds to a record at most


@dataclass(frozen=True, slots=True)
class Raw:
    """``where`` tells people which one it is; ``value`` None is a tombstone."""

    where: str
    key: bytes
    value: bytes | None
    done: int = 0


async def publish(
    settings: Settings,
    records: Iterable[Raw],
    refuse: Callable[[str, str], None],
    stored: Callable[[Raw], None],
    chunk: int = 64,
) -> None:
    """Sends all, in order for each key, and returns when each is stored or refused.

    ``records`` may block (a pipe): it is read in a thread, ``chunk`` at a time. Raises BrokerUnavailable, AccessDenied,
    and TopicsMismatch where there is no such topic.
    """
    topic = settings.topic("raw")
    limit = await topics_admin.message_limit(settings, topic)
    producer = clients.producer(settings, acks="all", enable_idempotence=True, linger_ms=5, max_request_size=limit * 2)
    try:
        async with diagnosis.told(settings):
            await producer.start()
            await _Sending(producer, topic, limit, refuse, stored).run(records, chunk)
    finally:
        await clients.stop_producer(producer)


class _Sending:
    """At most ``AT_ONCE`` records on their way."""

    def __init__(
        self,
        producer: AIOKafkaProducer,
        topic: str,
        limit: int,
        refuse: Callable[[str, str], None],
        stored: Callable[[Raw], None],
    ) -> None:
        self._producer, self._topic, self._limit = producer, topic, limit
        self._refuse, self._stored = refuse, stored
        self._room = asyncio.Semaphore(AT_ONCE)
        self._trouble: BaseException | None = None

    async def run(self, records: Iterable[Raw], chunk: int) -> None:
        source = iter(records)
        while raws := await _aside(partial(_take, source, chunk)):
            for raw in raws:
                await self._send(raw)
        for _ in range(AT_ONCE):  # until none is on its way
            await self._room.acquire()
        if self._trouble:
            raise self._trouble

    async def _send(self, raw: Raw) -> None:
        size = len(raw.key) + len(raw.value or b"") + OVERHEAD
        if size > self._limit:
            self._refuse(raw.where, f"record_too_large: {size} bytes, {self._topic} takes {self._limit}")
            return
        await self._room.acquire()
        if self._trouble:
            raise self._trouble
        sent = await self._producer.send(self._topic, raw.value, raw.key)
        sent.add_done_callback(lambda future: self._settle(raw, future))

    def _settle(self, raw: Raw, sent: asyncio.Future[Any]) -> None:
        self._room.release()
        error = sent.exception()
        if error is None:
            self._stored(raw)
        elif isinstance(error, MessageSizeTooLargeError):
            self._refuse(raw.where, f"record_too_large: {error}")
        else:
            self._trouble = error


async def _aside(read: Callable[[], list[Raw]]) -> list[Raw]:
    """Runs it in a thread that nobody waits for in the end; with asyncio's own, Ctrl-C waits for a silent pipe."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[list[Raw]] = loop.create_future()

    def settle(result: list[Raw] | BaseException) -> None:
        if done.cancelled():
            return
        if isinstance(result, BaseException):
            done.set_exception(result)
        else:
            done.set_result(result)

    def run() -> None:
        try:
            result: list[Raw] | BaseException = read()
        except BaseException as problem:  # noqa: BLE001 - it is raised where the result is awaited
            result = problem
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(settle, result)

    threading.Thread(target=run, daemon=True).start()
    return await done


def _take(source: Iterator[Raw], chunk: int) -> list[Raw]:
    return list(islice(source, chunk))

"""What Faust calls: its agent, and the partitions that it is told to read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, Callable, Iterator
from typing import Any

from service.model import RawEvent
from service.runtime.stream.inflight import InFlight
from service.runtime.stream.partition import Partition, leaves
from service.runtime.telemetry.metrics import Metrics


class Partitions:
    """The partitions that the group gave to this process, each served by a task of its own."""

    def __init__(self, make: Callable[[int], Partition], metrics: Metrics) -> None:
        self._make = make
        self._metrics = metrics
        self._owned: dict[int, tuple[Partition, asyncio.Task[None]]] = {}
        self._failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._closed = False
        self.joined = False  # the group has settled who reads what

    def __iter__(self) -> Iterator[Partition]:
        return iter([partition for partition, _ in self._owned.values()])

    def assign(self, numbers: set[int]) -> None:
        """From now on these are ours. What we keep goes on untouched: an unfenced producer proves that it is ours."""
        for number in self._owned.keys() - numbers:
            _, task = self._owned.pop(number)
            task.cancel()
        if not self._closed:
            for number in sorted(numbers - self._owned.keys()):
                self._take(number)
        self.joined = True
        self._metrics.owned(self._owned)

    def rebalancing(self) -> None:
        """The group is being shared out anew; until it is told otherwise, each partition works on."""
        self.joined = False
        self._metrics.rebalanced()

    def offer(self, event: RawEvent) -> None:
        """Hands a raw event to its partition; of one that is not ours (any more) nothing is kept."""
        if (owned := self._owned.get(event.partition)) and not self._closed:
            owned[0].offer(event)

    async def failed(self) -> None:
        """Waits for ever, unless a partition meets a bug: raises it."""
        await self._failed

    def stop_reading(self) -> None:
        self._closed = True

    async def stop(self) -> None:
        tasks = [task for _, task in self._owned.values()]
        self.assign(set())
        await asyncio.gather(*tasks, return_exceptions=True)

    def _take(self, number: int) -> None:
        partition = self._make(number)
        task = asyncio.create_task(partition.run(), name=f"partition-{number}")
        task.add_done_callback(self._ended)
        self._owned[number] = partition, task

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (bug := task.exception()) and not self._failed.done():
            self._failed.set_exception(next(leaves(bug)))


async def read(stream: Any, partitions: Partitions, in_flight: InFlight) -> None:
    """The agent. It acknowledges nothing: the group's position moves with our transactions alone."""
    events: AsyncIterable[Any] = stream.noack().events()
    async for event in events:
        await in_flight.room()
        partitions.offer(raw_event(event.message))


def raw_event(message: Any) -> RawEvent:
    """Of a Faust message; Faust made seconds of the milliseconds."""
    headers = tuple((name, value or b"") for name, value in message.headers or ())
    timestamp = round(message.timestamp * 1000)
    return RawEvent(message.topic, message.partition, message.offset, timestamp, message.key, message.value, headers)

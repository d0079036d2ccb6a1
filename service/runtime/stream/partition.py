"""One input partition that this process owns: taken, read without holes, worked on, published exactly once.

The order of taking is the whole of the guarantee (docs/adr/0001): start the producer, which fences the former owner and
ends what it had open; then read where the group stands; then drop what is below and fill every hole. As long as the
producer is not fenced nobody else has moved the group's position, so that what we hold stays true.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from aiokafka import TopicPartition

from service import codec
from service.errors import WiretagError
from service.model import RawEvent, Rejected
from service.runtime.kafka import clients, diagnosis
from service.runtime.kafka.reader import Reader
from service.runtime.stream.dispatch import Dispatcher
from service.runtime.stream.inflight import InFlight
from service.runtime.stream.line import Entry, Line
from service.runtime.stream.publisher import Publisher, TooLarge
from service.runtime.telemetry.events import dead_letters, of_event, of_partition
from service.runtime.telemetry.metrics import Metrics
from service.runtime.telemetry.tracing import Tracing
from service.settings import Settings

logger = logging.getLogger(__name__)

TRANSACTION_EVENTS = 512
TRANSACTION_BYTES = 32 * 1024 * 1024
SMALLER = 2  # times that an outcome can be made smaller: to a dead letter, and to one without the event


@dataclass(frozen=True)
class Shared:
    """What the partitions of one process have in common. ``kick``: there is work. ``aside``: runs a closing task.
    ``tracing``: None where spans are not asked for.
    """

    settings: Settings
    topic: str
    reader: Reader
    dispatcher: Dispatcher
    in_flight: InFlight
    metrics: Metrics
    kick: Callable[[], None]
    aside: Callable[[Coroutine[Any, Any, None]], None]
    tracing: Tracing | None


class Partition:
    """``offer`` takes what Faust hands out, in whatever order; ``run`` does the rest until it is cancelled."""

    def __init__(self, number: int, shared: Shared) -> None:
        self.number = number
        self._shared = shared
        self._line: Line | None = None
        self._wanted = 0  # Faust has shown that the log reaches up to here
        self._hole = asyncio.Event()
        self._settled = asyncio.Event()
        self._looked_at = -1
        self._singly = 0  # below this offset each event gets a transaction of its own: one is too large for its topic
        self._too_large = -1  # the offset of that one
        self._refused = 0  # times
        self.published = 0  # events, since the process has it

        self._fields = of_partition(shared.topic, number)  # of its lines in the log

    @property
    def taken(self) -> bool:
        return self._line is not None

    @property
    def quiet(self) -> bool:
        """Nothing is being published, and nothing can be before more work is done."""
        return self._line is None or not self._line.finished(1, 0)

    @property
    def progress(self) -> int:
        """A number that changes as long as its events get on: published, or waiting while the tagging processes settle
        jobs. What hangs in those is bounded by the pool; it is no stall of ours.
        """
        waits = self._line is not None and len(self._line) > 0 and self.quiet
        return self.published + (self._shared.dispatcher.settled if waits else 0)

    def offer(self, event: RawEvent) -> None:
        """The event is taken in, dropped as settled before, or (in its turn) read again by ourselves."""
        line = self._line
        if line is not None and event.offset < line.position:
            self._shared.metrics.dropped(self.number, 1)
        elif line is not None and event.offset == line.position and self._has_room(line):
            self._admit(line, event)
            self._shared.kick()
        else:
            self._want(event.offset + 1)

    def look(self, end: int) -> int | None:
        """The lag, given the log's ``end``; None before the partition is taken. If nothing came for the tail since the
        last look, we read it ourselves: markers fill it, or Faust lost it.
        """
        line = self._line
        if line is None:
            return None
        if not line and line.position < end and line.position == self._looked_at:
            self._want(end)
        self._looked_at = line.position
        return max(0, end - line.settled)

    async def run(self) -> None:
        """Takes the partition and serves it; after trouble takes it anew. Returns only by cancellation."""
        while True:
            # Long enough for the group to tell a process that was frozen that it owns this no more; retaking at once
            # would fence the new owner.
            pause = self._shared.settings.session_timeout / 2
            publisher = self._publisher()
            try:
                await publisher.start()
                await self._serve(publisher)
            except* TooLarge:
                pause = 0.0
            except* diagnosis.NO_ACL as refused:  # it takes a person to change that
                raise diagnosis.denied(self._shared.settings, next(leaves(refused))) from None
            except* clients.TROUBLE as trouble:
                logger.warning("partition lost, taking it anew after: %s", _in_short(trouble), extra=self._fields)
            finally:
                self._leave()
                self._shared.aside(publisher.stop())
            await asyncio.sleep(pause)

    def _publisher(self) -> Publisher:
        group = self._shared.settings.group_id
        return Publisher(self._shared.settings, f"{group}-{self._shared.topic}-{self.number}", group)

    async def _serve(self, publisher: Publisher) -> None:
        limits = codec.Limits.of(self._shared.settings)
        line = Line(await self._shared.reader.position(self.number), partial(codec.identify, limits=limits))
        logger.info("partition taken", extra={**self._fields, "offset": line.position})
        self._line = line
        self._shared.dispatcher.add(line, self._settled.set)
        self._hole.set()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._fill(line))
            tasks.create_task(self._publish(line, publisher))

    def _leave(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            self._shared.dispatcher.remove(line)
            self._shared.in_flight.add(-len(line), -line.bytes)

    def _admit(self, line: Line, event: RawEvent) -> None:
        entry = line.admit(event, time.monotonic())
        self._shared.in_flight.add(1, entry.size)
        self._shared.metrics.consumed(self.number, 1)
        if entry.result is not None:
            self._settled.set()

    def _has_room(self, line: Line) -> bool:
        """No partition may fill the memory while it waits for a slow article; it is read again when there is room."""
        return len(line) <= self._shared.settings.max_in_flight // 2

    def _want(self, end: int) -> None:
        self._wanted = max(self._wanted, end)
        self._hole.set()

    async def _fill(self, line: Line) -> None:
        """Reads every hole ourselves, from the position up to what Faust has shown."""
        while True:
            await self._hole.wait()
            self._hole.clear()
            while line.position < self._wanted:
                await self._room(line)
                await self._read_on(line)

    async def _read_on(self, line: Line) -> None:
        stretch = await self._shared.reader.read(self.number, line.position, self._wanted)
        events = [event for event in stretch.events if event.offset >= line.position]
        for event in events:
            self._admit(line, event)
        line.pass_over(stretch.end)
        if events:
            self._shared.metrics.holes(self.number, len(events))
            logger.debug("read again what Faust stepped over", extra={**of_event(events[0]), "events": len(events)})
        self._shared.kick()

    async def _room(self, line: Line) -> None:
        await self._shared.in_flight.room()
        while not self._has_room(line):  # noqa: ASYNC110 - rare, and published() need not know of it
            await asyncio.sleep(0.1)

    async def _publish(self, line: Line, publisher: Publisher) -> None:
        while True:
            await self._settled.wait()
            self._settled.clear()
            while entries := line.finished(self._most(line), TRANSACTION_BYTES):
                try:
                    await self._transact(line, publisher, entries)
                except TooLarge as refused:
                    self._refuse(entries, refused)
                    raise

    def _most(self, line: Line) -> int:
        return 1 if line.settled < self._singly else TRANSACTION_EVENTS

    def _refuse(self, entries: list[Entry], refused: TooLarge) -> None:
        """Finds the output that its topic does not take. A dead letter that cannot be sent ends the process."""
        first, last = entries[0], entries[-1]
        if first is not last:
            self._singly = last.event.offset + 1
        elif first.event.offset != self._too_large:
            self._too_large, self._refused = first.event.offset, 1
        elif self._refused < SMALLER:
            self._refused += 1
        else:
            raise WiretagError(
                f"the dead letter of {first.event.id} does not fit into its topic: {refused}"
            ) from refused

    async def _transact(self, line: Line, publisher: Publisher, entries: list[Entry]) -> None:
        if entries[0].event.offset == self._too_large:
            for _ in range(self._refused):
                _make_smaller(entries[0])
        outcomes = [(entry.event, entry.result) for entry in entries if entry.result is not None]
        messages = [message for _, processed in outcomes for message in processed.messages]
        began = time.monotonic()
        where = TopicPartition(self._shared.topic, self.number)
        await publisher.publish(messages, {where: entries[-1].event.offset + 1})
        self._shared.in_flight.add(-len(entries), -sum(entry.size for entry in entries))
        line.published(entries)
        self.published += len(entries)
        now = time.monotonic()
        waits = [now - entry.arrived for entry in entries]
        self._shared.metrics.published(self.number, outcomes, now - began, waits)
        dead_letters(outcomes)
        if self._shared.tracing:
            self._shared.tracing.published(outcomes, now - began, waits)


def _make_smaller(entry: Entry) -> None:
    """Instead of an output a dead letter; instead of a dead letter one that does not hold the event."""
    report = entry.result.report if entry.result else None
    if report and report.outcome == "dead" and report.reason:
        detail = "and the dead letter would be too large for its topic: see the raw event"
        rejected = Rejected(report.reason, detail, report.producer, report.article)
        entry.result = codec.reject(entry.event, rejected, bare=True)
    else:
        detail = "a topic on the brokers does not take a record of that size"
        rejected = Rejected("output_too_large", detail, article=entry.article)
        entry.result = codec.reject(entry.event, rejected)


def _in_short(trouble: BaseExceptionGroup[Any]) -> str:
    kinds = {f"{type(error).__name__} {error}".strip() for error in leaves(trouble)}
    return "; ".join(sorted(kinds))


def leaves(error: BaseException) -> Iterator[BaseException]:
    """What a task group wraps: the errors themselves."""
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from leaves(inner)
    else:
        yield error

"""Looks at the service from outside its main path: lag, progress, the event loop's own delay."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
import time
from collections.abc import Callable

from service.errors import Stalled
from service.runtime.kafka import clients
from service.runtime.kafka.reader import Reader
from service.runtime.stream.agent import Partitions
from service.runtime.stream.inflight import InFlight
from service.runtime.stream.partition import Partition
from service.runtime.telemetry.metrics import Metrics

logger = logging.getLogger(__name__)

LOOK = 2.0  # seconds between two looks at the lag
TICK = 0.1  # seconds between two samples of the event loop's delay
PATIENCE = 15.0  # seconds to wait for the ends of the log
HUNG_LOOP = 70  # exit status


class Clock:
    """Seconds that this process was awake: a stop by SIGSTOP, or a sleeping laptop, does not count as a stall."""

    def __init__(self, longest: float, now: Callable[[], float] = time.monotonic) -> None:
        self._longest = longest
        self._now = now
        self._last = now()
        self._awake = 0.0

    def __call__(self) -> float:
        """Must be called more often than ``longest``; a longer gap counts as that much."""
        now = self._now()
        self._awake += min(now - self._last, self._longest)
        self._last = now
        return self._awake


class Progress:
    """Whether one thing moves on. Pure."""

    def __init__(self, now: float) -> None:
        self._moved = now
        self._done = -1

    def still(self, done: int, lag: int | None, now: float) -> float:
        """For how many seconds there has been lag, or no telling, while nothing more was done."""
        if done != self._done or lag == 0:
            self._done, self._moved = done, now
        return now - self._moved


class Pulse:
    """Of the event loop. ``tick`` is told, again and again, by how many seconds the loop was late."""

    def __init__(self, limit: float, tick: Callable[[float], None]) -> None:
        self._limit = limit
        self._tick = tick
        self._ticked = time.monotonic()
        self._guarded = True

    async def run(self) -> None:
        """Samples how late the event loop is."""
        while True:
            began = time.monotonic()
            await asyncio.sleep(TICK)
            self._ticked = time.monotonic()
            self._tick(max(0.0, self._ticked - began - TICK))

    def guard(self) -> None:
        """Ends the process if the event loop itself hangs; from a thread, as nothing else would still run."""
        threading.Thread(target=self._guard, daemon=True, name="guard").start()

    def rest(self) -> None:
        """The guard's work is done: the end of the process is bounded by a timer of its own."""
        self._guarded = False

    def _guard(self) -> None:
        clock = Clock(longest=5 * LOOK)
        ticked, moved = self._ticked, clock()
        while self._guarded:
            time.sleep(LOOK)
            if self._ticked != ticked:
                ticked, moved = self._ticked, clock()
            elif self._guarded and clock() - moved > self._limit:
                logger.critical("the event loop has stood still for %.0f s", self._limit)
                os._exit(HUNG_LOOP)


class Watch:
    """``run`` raises Stalled when there is lag and no progress; ``delay`` and ``guard`` watch the event loop.

    ``blind``: the brokers do not tell the lag.
    """

    def __init__(
        self, partitions: Partitions, reader: Reader, in_flight: InFlight, metrics: Metrics, limit: float
    ) -> None:
        self._partitions = partitions
        self._reader = reader
        self._in_flight = in_flight
        self._metrics = metrics
        self._limit = limit
        self._clock = Clock(longest=max(5 * LOOK, 60.0))
        self._group = Progress(self._clock())
        self._progress: dict[Partition, Progress] = {}
        self._pulse = Pulse(limit, self._tick)
        self.blind = False  # the brokers did not answer when last asked

    async def run(self) -> None:
        while True:
            await asyncio.sleep(LOOK)
            lags = await self._lags()
            now = self._clock()
            if self._group.still(0, 0 if self._partitions.joined else None, now) > self._limit:
                raise Stalled(f"no partitions were assigned within {self._limit:.0f} s")
            # Trap: a partition that comes back is another one; the clock of the first must not run on.
            self._progress = {owned: self._progress.get(owned) or Progress(now) for owned in self._partitions}
            for partition, progress in self._progress.items():
                self._check(partition, progress, lags.get(partition.number), now)

    def _check(self, partition: Partition, progress: Progress, lag: int | None, now: float) -> None:
        if progress.still(partition.progress, lag, now) > self._limit:
            events = "an unknown number of" if lag is None else lag
            raise Stalled(f"partition {partition.number}: nothing published for {self._limit:.0f} s, {events} behind")

    async def delay(self) -> None:
        await self._pulse.run()

    def guard(self) -> None:
        self._pulse.guard()

    def rest(self) -> None:
        self._pulse.rest()

    def _tick(self, delay: float) -> None:
        self._metrics.loop_delay(delay)
        self._metrics.in_flight(self._in_flight.events)

    async def _lags(self) -> dict[int, int | None]:
        """By partition; None before one is taken. Empty where the brokers do not tell."""
        numbers = [partition.number for partition in self._partitions]
        try:
            async with asyncio.timeout(PATIENCE):  # others may be asking, and be in trouble
                ends = await self._reader.ends(numbers)
        except clients.TROUBLE as trouble:
            logger.warning("the lag is unknown: %s", str(trouble) or type(trouble).__name__)
            self.blind = True
            self._metrics.lag_unknown()
            return {}
        self.blind = False
        lags = {
            partition.number: partition.look(ends[partition.number])
            for partition in self._partitions
            if partition.number in ends
        }
        for number, lag in lags.items():
            if lag is not None:
                self._metrics.lag(number, lag)
        return lags

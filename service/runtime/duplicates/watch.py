"""Lag and progress of ``wiretag duplicates``."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from service.errors import Stalled
from service.runtime.duplicates.intake import Intake
from service.runtime.duplicates.metrics import Metrics
from service.runtime.kafka import clients
from service.runtime.stream.watch import LOOK, PATIENCE, Clock, Progress

logger = logging.getLogger(__name__)


class Watch:
    """``run`` raises Stalled when there is lag, or no telling, and no progress. ``blind``: the brokers do not tell."""

    def __init__(self, intake: Intake, done: Callable[[], int], metrics: Metrics, limit: float) -> None:
        self._intake = intake
        self._done = done
        self._metrics = metrics
        self._limit = limit
        self.reading = False  # before, there is no lag to tell
        self.blind = False

    async def run(self) -> None:
        clock = Clock(longest=max(5 * LOOK, 60.0))
        progress = Progress(clock())
        while True:
            await asyncio.sleep(LOOK)
            lag = await self._lag() if self.reading else None
            if progress.still(self._done(), lag, clock()) > self._limit:
                behind = "an unknown number of" if lag is None else lag
                raise Stalled(f"nothing done for {self._limit:.0f} s, {behind} records behind")

    async def _lag(self) -> int | None:
        try:
            async with asyncio.timeout(PATIENCE):
                lag = await self._intake.lag()
        except clients.TROUBLE as trouble:
            logger.warning("the lag is unknown: %s", str(trouble) or type(trouble).__name__)
            self.blind = True
            self._metrics.lag_unknown()
            return None
        self.blind = False
        self._metrics.lag(lag)
        return lag

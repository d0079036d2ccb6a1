"""Reads articles.enriched and articles.dead for as long as the page is served, and comes back when the brokers do."""

from __future__ import annotations

import asyncio
import logging
import time

from service.errors import WiretagError
from service.nlp import taxonomy
from service.runtime.kafka.tailing import Tail
from service.runtime.web.metrics import STREAMS, WebMetrics
from service.runtime.web.recent import KEPT, Recent
from service.settings import Settings

logger = logging.getLogger(__name__)

HOUR = 3600.0
LOOK = 2.0  # seconds of silence until the brokers are asked whether they are there
AGAIN = 5.0  # seconds until the next attempt


class Feed:
    """``recent`` is what came; ``trouble`` why nothing comes, empty while all is well."""

    def __init__(self, settings: Settings, metrics: WebMetrics) -> None:
        self._settings = settings
        self._metrics = metrics
        self._themes = tuple(theme.id for theme in taxonomy.load())
        self.recent = Recent(self._themes)
        self.trouble = "connecting to Kafka"

    async def run(self) -> None:
        """Never returns."""
        while True:
            try:
                async with Tail(self._settings, STREAMS) as tail:
                    await self._follow(tail)
            except WiretagError as problem:
                self._lost(str(problem))
            await asyncio.sleep(AGAIN)

    async def _follow(self, tail: Tail) -> None:
        """Until the brokers are away. The hour is read anew each time, into a memory that replaces the one before: what
        came meanwhile is in it once.
        """
        recent = Recent(self._themes)
        self.trouble = "reading the last hour back"
        await tail.rewind(int((time.time() - HOUR) * 1000), KEPT)
        while await tail.behind():
            if not await self._some(tail, recent):
                await tail.ask()
        self.recent, self.trouble = recent, ""
        self._metrics.connected(True)
        logger.info("the feed has caught up")
        while True:
            if not await self._some(tail, recent):
                await tail.ask()

    async def _some(self, tail: Tail, recent: Recent) -> int:
        arrived = await tail.some(LOOK)
        for published in arrived:
            self._metrics.read(published.stream)
            recent.take(published, time.time())
            await asyncio.sleep(0)  # a hundred megabytes of an hour are not read in one breath
        return len(arrived)

    def _lost(self, problem: str) -> None:
        self._metrics.connected(False)
        if problem != self.trouble:
            logger.warning("the feed is interrupted: %s", problem)
        self.trouble = problem

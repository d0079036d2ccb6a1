"""The life of the worker process: start, health, and an end that is bounded in time."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from service.errors import WiretagError
from service.runtime import ending
from service.runtime.kafka import diagnosis, topics_admin
from service.runtime.kafka.reader import Reader
from service.runtime.stream.agent import Partitions
from service.runtime.stream.line import Job
from service.runtime.stream.watch import Watch
from service.runtime.tagging.pool import Pool
from service.runtime.telemetry.metrics import Metrics
from service.runtime.telemetry.site import Health, Site
from service.settings import Settings

logger = logging.getLogger(__name__)

FINISHING = 0.6  # of the shutdown timeout: to finish what is in flight; the rest is for saying goodbye to the brokers


class Life:
    """Starts the parts in order, waits for a reason to end, and ends them in order."""

    def __init__(self, settings: Settings, metrics: Metrics, pool: Pool[Job], reader: Reader) -> None:
        self._settings = settings
        self._pool = pool
        self._reader = reader
        self._site = Site(settings.web_host, settings.web_port, metrics, self.health)
        self._partitions: Partitions | None = None
        self._watch: Watch | None = None
        self._closing: set[asyncio.Task[None]] = set()
        self._ending = ""

    def aside(self, work: Coroutine[Any, Any, None]) -> None:
        """Runs what nobody waits for; the end does."""
        task = asyncio.create_task(work)
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    def health(self) -> Health:
        """Live until it ends itself; ready while it holds what it needs to tag and to publish."""
        partitions = self._partitions
        troubles = {
            f"ending: {self._ending}": bool(self._ending),
            "no tagging process is ready": not self._pool.ready,
            "not a member of the group yet": partitions is None or not partitions.joined,
            "a partition is not taken yet": any(not partition.taken for partition in partitions or ()),
            "the brokers do not answer": self._watch is not None and self._watch.blind,
        }
        reasons = tuple(reason for reason, applies in troubles.items() if applies)
        return Health(live=not self._ending, ready=not reasons, reasons=reasons)

    async def run(self, app: Any, partitions: Partitions, watch: Watch) -> int:
        """Until SIGTERM or SIGINT: 0. Raises what ended it otherwise."""
        asked = ending.on_signals()
        port = await self._site.start()
        logger.info("metrics and health on http://%s:%d", self._settings.web_host, port)
        try:
            if await self._first(asked, self._prepare()):
                self._partitions, self._watch = partitions, watch
                watch.guard()
                await self._first(
                    asked, _faust(app), watch.run(), watch.delay(), self._pool.failed(), partitions.failed()
                )
            self._ending = "asked to"
        except BaseException as problem:
            self._ending = str(problem) or type(problem).__name__
            raise
        finally:
            logger.info("ending: %s", self._ending)
            watch.rest()
            await self._end(app, partitions)
        return 0

    async def _prepare(self) -> None:
        await topics_admin.prepare(self._settings)
        async with diagnosis.told(self._settings):  # without an ACL of the group Faust would wait in silence
            await self._reader.position(0)
        await self._pool.start()

    @staticmethod
    async def _first(asked: asyncio.Event, *works: Coroutine[Any, Any, None]) -> bool:
        """Runs until one ends or raises, or a signal comes: False."""
        await ending.first(asked.wait(), *works, grace=1.0)
        return not asked.is_set()

    async def _end(self, app: Any, partitions: Partitions) -> None:
        ending.bound(self._settings.shutdown_timeout)
        partitions.stop_reading()
        self._pool.stop_giving()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._settings.shutdown_timeout * FINISHING):
                while self._pool.busy or not all(partition.quiet for partition in partitions):  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
        await partitions.stop()
        for closing in (app.stop, self._closed, self._reader.stop, self._pool.stop, self._site.stop):
            await _quietly(closing)

    async def _closed(self) -> None:
        if self._closing:
            await asyncio.wait(set(self._closing))


async def _faust(app: Any) -> None:
    """Returns never; raises what crashed the app."""
    await app.start()
    await app.wait_until_stopped()
    raise app.crash_reason or WiretagError("Faust stopped by itself")


async def _quietly(closing: Callable[[], Coroutine[Any, Any, None]]) -> None:
    try:
        await closing()
    except Exception:
        logger.warning("while ending", exc_info=True)

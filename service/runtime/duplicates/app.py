"""The process: takes over, restores what was decided, then reads, decides and publishes until it is asked to end."""

from __future__ import annotations

import asyncio
import gc
import logging
import time
from collections.abc import Iterable

from aiokafka import TopicPartition
from aiokafka.errors import InvalidProducerEpoch, ProducerFenced
from aiokafka.structs import OffsetAndMetadata

from service.codec import duplicates
from service.duplicates import Stories
from service.errors import WiretagError
from service.model import Message, RawEvent, Rejected
from service.runtime import ending
from service.runtime.duplicates import takeover
from service.runtime.duplicates.intake import Intake
from service.runtime.duplicates.metrics import Metrics
from service.runtime.duplicates.watch import Watch
from service.runtime.kafka import clients, diagnosis, topics_admin
from service.runtime.stream.publisher import Publisher
from service.runtime.stream.watch import Pulse
from service.runtime.telemetry import logs
from service.runtime.telemetry.events import of_event
from service.runtime.telemetry.site import Health, Site
from service.settings import Settings

logger = logging.getLogger(__name__)

HOUR = 3_600_000  # ms
BATCH = 256  # records in one transaction
FINISHING = 0.6  # of the shutdown timeout: for the transaction that is open
DETAIL = 200  # characters in the log
BREATH = 16  # records after which the event loop gets its turn
FENCED = (ProducerFenced, InvalidProducerEpoch)


def run_duplicates(settings: Settings) -> int:
    """Runs until SIGTERM or SIGINT: exit status 0. Raises WiretagError, among them Stalled."""
    logs.configure(settings)
    if settings.log_level != "DEBUG":
        logging.getLogger("aiokafka").setLevel(logging.WARNING)
    return asyncio.run(_run(settings))


async def _run(settings: Settings) -> int:
    return await _Process(settings).run()


class _Process:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._name = f"{settings.group_id}-duplicates"  # of the group and of the one transactional id
        self._source, self._target = settings.topic("enriched"), settings.topic("duplicates")
        self._metrics = Metrics()
        self._intake = Intake(settings, self._source)
        self._publisher = Publisher(settings, self._name, self._name)
        self._stories = Stories(1, 1)
        self._done = 0
        self._watch = Watch(self._intake, self._progress, self._metrics, settings.stall_timeout)
        self._pulse = Pulse(settings.stall_timeout, lambda _: None)
        self._site = Site(
            settings.web_host, settings.duplicates_port, self._metrics, self.health, "WIRETAG_DUPLICATES_PORT"
        )
        self._ending = ""

    def health(self) -> Health:
        """Live until it ends itself; ready while it reads."""
        troubles = {
            f"ending: {self._ending}": bool(self._ending),
            "what was decided before is still being read": not self._watch.reading,
            "the brokers do not answer": self._watch.blind,
        }
        reasons = tuple(reason for reason, applies in troubles.items() if applies)
        return Health(live=not self._ending, ready=not reasons, reasons=reasons)

    async def run(self) -> int:
        asked = ending.on_signals()
        port = await self._site.start()
        logger.info("metrics and health on http://%s:%d", self._settings.web_host, port)
        self._pulse.guard()
        try:
            await self._until(asked)
            self._ending = "asked to"
        except FENCED:
            self._ending = f"another process has taken over as {self._name}: there may be one for each WIRETAG_GROUP_ID"
            raise WiretagError(self._ending) from None
        except clients.TROUBLE as problem:
            told = await diagnosis.explained(self._settings, problem)
            self._ending = str(told)
            raise told from None
        except BaseException as problem:
            self._ending = str(problem) or type(problem).__name__
            raise
        finally:
            logger.info("ending: %s", self._ending)
            ending.bound(self._settings.shutdown_timeout)
            self._pulse.rest()
            await self._close()
        return 0

    async def _until(self, asked: asyncio.Event) -> None:
        """Runs until a signal comes, and finishes the transaction that is open then. Raises what ends it before."""
        tasks = [asyncio.create_task(work) for work in (self._work(asked), self._watch.run(), self._pulse.run())]
        waiting = asyncio.create_task(asked.wait())
        await asyncio.wait([*tasks, waiting], return_when=asyncio.FIRST_COMPLETED)
        if asked.is_set():
            ending.bound(self._settings.shutdown_timeout)
            self._ending = "asked to"
            finishing = self._settings.shutdown_timeout * FINISHING if self._watch.reading else 0.0
            await asyncio.wait(tasks, timeout=finishing, return_when=asyncio.FIRST_COMPLETED)
        for task in [*tasks, waiting]:
            if not task.done():
                task.cancel()
        await asyncio.wait(tasks, timeout=1.0)
        for task in tasks:
            if task.done() and not task.cancelled():
                task.result()

    async def _work(self, asked: asyncio.Event) -> None:
        await topics_admin.prepare(self._settings)
        await self._take_over()
        while not asked.is_set():
            events = await self._intake.take(BATCH)
            if events:
                await self._publish(events, await self._decide(events))

    async def _take_over(self) -> None:
        """In this order: fence whoever was before, then see where it stopped, then what it had decided."""
        await self._publisher.start()
        await self._intake.start()
        place = await takeover.place(self._settings, self._name, self._source, await self._intake.partitions())
        window = int(self._settings.duplicates_window * HOUR)
        stories = Stories(window, self._settings.duplicates_articles, place.horizon or 0)
        if place.horizon is not None:
            standings = await takeover.decided(self._settings, self._target, place.horizon, self._restoring)
            self._stories = stories
            await asyncio.to_thread(stories.restore, standings)
        self._stories = stories
        gc.freeze()  # a million articles that live for days need not be looked at again and again
        self._metrics.remembered(stories)
        await self._intake.begin(place.offsets)
        self._watch.reading = True
        logger.info("reading %s, %d articles remembered", self._source, len(stories))

    async def _decide(self, events: Iterable[RawEvent]) -> list[Message]:
        messages: list[Message] = []
        for number, event in enumerate(events, 1):
            began = time.perf_counter()
            sighting = duplicates.sight(event)
            if isinstance(sighting, Rejected):
                why = {"detail": sighting.detail[:DETAIL]}
                logger.warning("left out: not an enriched record", extra={**of_event(event), **why})
                self._metrics.unreadable()
                continue
            considered = self._stories.consider(sighting)
            messages += [duplicates.write(standing, sighting, self._target) for standing in considered.standings]
            self._metrics.considered(considered, time.perf_counter() - began)
            if number % BREATH == 0:
                await asyncio.sleep(0)
        return messages

    async def _publish(self, events: Iterable[RawEvent], messages: Iterable[Message]) -> None:
        horizon = str(self._stories.horizon)
        ends = {TopicPartition(event.topic, event.partition): event.offset + 1 for event in events}
        began = time.perf_counter()
        await self._publisher.publish(messages, {where: OffsetAndMetadata(end, horizon) for where, end in ends.items()})
        self._done += sum(1 for _ in events)
        self._metrics.published(time.perf_counter() - began)
        self._metrics.remembered(self._stories)

    def _restoring(self, done: int, to_go: int) -> None:
        self._done = done
        self._metrics.restoring(done, to_go)

    def _progress(self) -> int:
        """A number that changes as long as something gets on."""
        return self._done + len(self._stories)

    async def _close(self) -> None:
        await self._publisher.stop()
        await self._intake.stop()
        await self._site.stop()

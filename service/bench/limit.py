"""What no service can exceed: independent processes, each with its share of the texts, bytes to bytes, no Kafka."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import Any

from service.bench.corpus import Text
from service.bench.race import Turn
from service.errors import WiretagError
from service.model import RawEvent
from service.runtime.stream.dispatch import BATCH_BYTES
from service.runtime.stream.line import Line
from service.runtime.tagging.warmup import articles as warmup
from service.settings import Settings


class Limit:
    """One process a core, each with a warm tagger, and batches as the service forms them."""

    name = "the limit"

    def __init__(self, settings: Settings, processes: int, batch: int | None = None) -> None:
        self._settings = settings
        self._batch = batch or settings.batch_events
        self._processes: list[tuple[Any, Connection]] = []
        self._count = processes
        self.loading = self.warming = 0.0  # seconds of the slowest

    async def __aenter__(self) -> Limit:
        spawn = multiprocessing.get_context("spawn")
        for _ in range(self._count):
            ours, theirs = spawn.Pipe()
            process = spawn.Process(target=_serve, args=(theirs, self._settings, self._batch), daemon=True)
            process.start()
            theirs.close()
            self._processes.append((process, ours))
        answers = await self._answers()
        self.loading = max(loading for loading, _ in answers)
        self.warming = max(warming for _, warming in answers)
        return self

    async def __aexit__(self, *_: object) -> None:
        for process, pipe in self._processes:
            pipe.close()
            process.kill()
            process.join()

    async def run(self, texts: Sequence[Text]) -> Turn:
        """All processes begin together; the turn ends with the last."""
        for (_, pipe), share in zip(self._processes, deal(texts, self._count), strict=True):
            pipe.send(share)
        await self._answers()  # each has its texts
        began = time.perf_counter()
        for _, pipe in self._processes:
            pipe.send("go")
        await self._answers()
        return Turn(time.perf_counter() - began)

    async def _answers(self) -> list[Any]:
        try:
            return [await asyncio.to_thread(pipe.recv) for _, pipe in self._processes]
        except EOFError:
            raise WiretagError(f"a process of {self.name} ended") from None


def deal(texts: Sequence[Text], hands: int) -> list[list[Text]]:
    """Shares of about the same size, so that nobody waits for the other: the largest first, to whoever has least."""
    shares: list[list[Text]] = [[] for _ in range(hands)]
    sizes = [0] * hands
    for text in sorted(texts, key=lambda text: -len(text.value)):
        least = sizes.index(min(sizes))
        shares[least].append(text)
        sizes[least] += len(text.value)
    order = {text.key: number for number, text in enumerate(texts)}
    return [sorted(share, key=lambda text: order[text.key]) for share in shares]


def _serve(pipe: Connection, settings: Settings, batch: int) -> None:
    began = time.perf_counter()
    from service.runtime.tagging.factory import load  # noqa: PLC0415 - part of what is timed

    tagger = load(settings)
    loaded = time.perf_counter()
    tagger.process(warmup())
    pipe.send((loaded - began, time.perf_counter() - loaded))
    while True:
        try:
            jobs = list(_jobs(pipe.recv(), batch))
        except EOFError:
            return
        pipe.send("ready")
        pipe.recv()
        for events in jobs:
            tagger.process(events)
        pipe.send("done")


def _jobs(texts: Sequence[Text], batch: int) -> list[list[RawEvent]]:
    line = Line(0)
    for number, text in enumerate(texts):
        line.admit(RawEvent("articles.raw", 0, number, 0, text.key, text.value), 0.0)
    return [job.events for job in iter(lambda: line.take(batch, BATCH_BYTES), None)]

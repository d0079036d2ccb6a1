"""How long an article takes when there is little to do."""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from typing import Any

from service.bench.corpus import Corpus, Text
from service.bench.course import PATIENCE, Course
from service.bench.limit import Limit
from service.bench.runners import Service
from service.errors import WiretagError
from service.settings import Settings

LOAD = 0.1  # of the capacity


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds from handing an article to the producer until a consumer of committed records has its outcome, and
    ``tagging``: for one article alone, on the average. ``capacity``: articles a second with a backlog.
    """

    capacity: float
    tagging: float
    middle: float
    p95: float

    @property
    def ratio(self) -> float:
        return self.p95 / self.tagging


async def quiet(
    settings: Settings, corpus: Corpus, articles: int, rounds: int, told: Callable[[str], None]
) -> list[Latency]:
    """Each round: the capacity, the tagger alone, then the service at a tenth of the capacity."""
    figures: list[Latency] = []
    with tempfile.TemporaryDirectory(prefix="wiretag-bench-") as folder:
        service = Service("the service", 1, settings.workers, settings, Path(folder))
        async with Limit(settings, 1, batch=1) as alone, service:
            await service.run(corpus.take(articles))
            for number in range(1, rounds + 1):
                told(f"round {number} of {rounds}")
                figures.append(await _round(service, alone, corpus, articles))
    return figures


async def _round(service: Service, alone: Limit, corpus: Corpus, articles: int) -> Latency:
    capacity = articles / (await service.run(corpus.take(articles))).seconds
    texts = corpus.take(articles)
    tagging = (await alone.run(texts)).seconds / articles
    took = await _latencies(service.course, texts, capacity * LOAD)
    cuts = quantiles(took, n=20)
    return Latency(capacity, tagging, cuts[9], cuts[18])


async def _latencies(course: Course, texts: Sequence[Text], rate: float) -> list[float]:
    """At ``rate`` articles a second, at random moments as news comes."""
    async with course.outcomes() as consumer:
        sent: dict[bytes, float] = {}
        sending = asyncio.create_task(_send(course, texts, rate, sent))
        took = await _took(consumer, len(texts), sent)
        await sending
    return took


async def _send(course: Course, texts: Sequence[Text], rate: float, sent: dict[bytes, float]) -> None:
    chance = random.Random(len(texts))
    async with course.producer() as producer:
        for text in texts:
            await asyncio.sleep(chance.expovariate(rate))
            sent[text.key] = time.perf_counter()
            await producer.send(course.raw, text.value, text.key)


async def _took(consumer: Any, count: int, sent: dict[bytes, float]) -> list[float]:
    took: list[float] = []
    while len(took) < count:
        arrived = await consumer.getmany(timeout_ms=int(PATIENCE * 1000))
        now = time.perf_counter()
        if not arrived:
            raise WiretagError(f"{len(took)} of {count} outcomes came, none for {PATIENCE:.0f} s")
        took += [now - sent[record.key] for records in arrived.values() for record in records]
    return took

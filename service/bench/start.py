"""From the start of the process to the first enriched event, beside what loading the model alone takes."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from service.bench.corpus import Text
from service.bench.limit import Limit
from service.bench.runners import Service
from service.settings import Settings


@dataclass(frozen=True, slots=True)
class Start:
    """Seconds. ``loading``: of as many processes at once as the service has, from their start; ``warming``: the first
    articles; ``first``: from the service's start to its first outcome, both included.
    """

    loading: float
    warming: float
    first: float

    @property
    def rest(self) -> float:
        return self.first - self.loading


async def start(settings: Settings, text: Text, folder: Path) -> Start:
    """One start of each; an article waits in articles.raw already."""
    async with Limit(settings, settings.workers) as limit:
        pass
    service = Service("the service", 1, settings.workers, settings, folder)
    async with service.course as course, course.outcomes() as consumer:
        await course.publish([text])
        began = time.perf_counter()
        try:
            service.launch()
            await consumer.getone()
            return Start(limit.loading, limit.warming, time.perf_counter() - began)
        finally:
            service.end()

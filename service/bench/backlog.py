"""The cost of one article as the backlog grows."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from service.bench.corpus import one_sentence
from service.bench.runners import Service
from service.settings import Settings

WARM = 500  # articles


@dataclass(frozen=True, slots=True)
class Backlog:
    """``rate``: articles a second; ``parent``: CPU milliseconds an article outside the tagging processes."""

    size: int
    rate: float
    parent: float


async def backlogs(settings: Settings, sizes: Sequence[int], told: Callable[[str], None]) -> list[Backlog]:
    """One process works off one backlog after the other."""
    corpus = one_sentence()
    figures = []
    with tempfile.TemporaryDirectory(prefix="wiretag-bench-") as folder:
        async with Service("the service", 1, settings.workers, settings, Path(folder)) as service:
            await service.run(corpus.take(WARM))
            for size in sizes:
                told(f"a backlog of {size:,}")
                turn = await service.run(corpus.take(size))
                figures.append(Backlog(size, size / turn.seconds, 1000 * (turn.parent or 0.0) / size))
    return figures

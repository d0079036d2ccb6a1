"""The race on a real broker: the limit, the service in one process and in several, and the peers."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from service.bench.corpus import Corpus
from service.bench.limit import Limit
from service.bench.race import Race, Standing
from service.bench.runners import Runner, Service
from service.settings import Settings

PEERS = {
    "faust": "naive Faust agent",
    "confluent": "confluent-kafka and a process pool",
    "quix": "Quix Streams",
}
MODULES = {"faust": "naive_faust", "confluent": "confluent_pool", "quix": "quix_streams"}
WARM = 5  # a warm-up round is a fifth of the others


@dataclass(frozen=True, slots=True)
class Plan:
    """``articles`` a contestant and round."""

    articles: int
    rounds: int
    peers: Sequence[str]


async def race(settings: Settings, corpus: Corpus, plan: Plan, told: Callable[[str], None]) -> list[Standing]:
    """Each contestant on as many cores as ``settings.workers``."""
    async with contextlib.AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wiretag-bench-")))
        contestants: list[Limit | Runner] = [Limit(settings, settings.workers), *_runners(settings, plan.peers, folder)]
        for contestant in contestants:
            told(f"starting {contestant.name}")
            await stack.enter_async_context(contestant)
        contest = Race(contestants, plan.articles)
        await contest.run(corpus, plan.rounds, max(1, plan.articles // WARM), told)
    return contest.standings()


def _runners(settings: Settings, peers: Sequence[str], folder: Path) -> list[Runner]:
    cores = settings.workers
    runners: list[Runner] = [Service(f"the service, {cores} tagging processes", 1, cores, settings, folder)]
    if cores > 1:
        runners.append(Service(f"the service, {cores} times with one", cores, 1, settings, folder))
    return [*runners, *(_peer(name, settings, folder) for name in peers)]


def _peer(name: str, settings: Settings, folder: Path) -> Runner:
    """One process with a pool, or as many processes as cores."""
    processes = 1 if name == "confluent" else settings.workers
    return Runner(PEERS[name], [f"service.bench.peers.{MODULES[name]}"], processes, settings, folder)

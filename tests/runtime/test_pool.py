"""Real tagging processes: killed, hung, stopped and failing, without a broker."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from service.errors import PipelineUnavailable
from service.model import RawEvent
from service.runtime.stream.dispatch import Dispatcher
from service.runtime.stream.line import Line
from service.runtime.tagging.pool import Pool
from service.settings import Settings
from tests.chaos import taggers

CHEAP = "tests.chaos.taggers:load"


class Bench:
    """A pool at work on one line of events."""

    def __init__(self, *bodies: str, **settings: object) -> None:
        self.settings = Settings(**{"workers": 2, "article_timeout": 1.0, "batch_events": 4, **settings})  # type: ignore[arg-type]
        self.dispatcher = Dispatcher(self.settings.workers, self.settings.batch_events)
        self.restarts: list[str] = []
        self.line = Line(0)
        self.changed = asyncio.Event()
        for offset, body in enumerate(bodies):
            value = f'{{"id": "a:{offset}", "body": "{body}"}}'.encode()
            self.line.admit(RawEvent("articles.raw", 0, offset, 0, None, value), float(offset))
        self.dispatcher.add(self.line, self.changed.set)

    @asynccontextmanager
    async def running(self, tagger: str = CHEAP) -> AsyncIterator[Pool]:
        pool = Pool(self.settings, self.dispatcher, self.restarts.append, tagger)
        try:
            await pool.start()
            yield pool
        finally:
            await pool.stop()

    async def outcomes(self) -> list[str | None]:
        """Of all events, in order: the reason of a dead letter, None where it was enriched."""
        async with asyncio.timeout(60):
            while len(entries := self.line.finished(10_000, 1 << 30)) < len(self.line):
                self.changed.clear()
                await self.changed.wait()
        return [entry.result.report.reason for entry in entries if entry.result]


def tagging() -> list[psutil.Process]:
    """The processes of the pool; the tests' broker is a child of ours too."""
    children = psutil.Process(os.getpid()).children()
    return [child for child in children if "service.runtime.tagging.process" in child.cmdline()]


async def test_every_event_has_its_outcome_in_order() -> None:
    bench = Bench(*["Text."] * 100)
    async with bench.running() as pool:
        pool.kick()
        assert await bench.outcomes() == [None] * 100


@pytest.mark.parametrize(
    ("habit", "reason", "restart"),
    [("#die", "worker_died", "died"), ("#hang", "worker_timeout", "hung"), ("#raise", "tagger_failed", None)],
)
async def test_one_bad_article_costs_nobody_else(habit: str, reason: str, restart: str | None) -> None:
    bench = Bench(*["Text."] * 5, habit, *["Text."] * 30, batch_events=32, workers=1)
    async with bench.running() as pool:
        pool.kick()
        assert await bench.outcomes() == [None] * 5 + [reason] + [None] * 30
    assert bench.restarts == ([restart] * 2 if restart else [])


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
async def test_a_process_that_somebody_kills_or_stops_is_replaced(number: signal.Signals) -> None:
    bench = Bench(*["#slow"] * 20, article_timeout=2.0)
    async with bench.running() as pool:
        pool.kick()
        victim = tagging()[0]
        os.kill(victim.pid, number)
        assert await bench.outcomes() == [None] * 20
        assert not victim.is_running()
    assert len(bench.restarts) == 1


async def test_nothing_is_left_running() -> None:
    bench = Bench(*["#hang"] * 4)
    async with bench.running() as pool:
        pool.kick()
        assert pool.busy
        assert len(tagging()) == 2
    assert not tagging()


async def test_a_pipeline_that_cannot_be_loaded_is_told() -> None:
    bench = Bench()
    pool = Pool(bench.settings, bench.dispatcher, bench.restarts.append, "tests.runtime.test_pool:unavailable")
    with pytest.raises(PipelineUnavailable, match="not on this machine"):
        await pool.start()
    await pool.stop()


async def test_processes_that_die_while_loading_end_the_service() -> None:
    bench = Bench()
    pool = Pool(bench.settings, bench.dispatcher, bench.restarts.append, "tests.runtime.test_pool:fatal")
    with pytest.raises(PipelineUnavailable, match="status 9"):
        await pool.start()
    await pool.stop()


def unavailable(_settings: Settings) -> taggers.Cheap:
    raise PipelineUnavailable("not on this machine")


def fatal(_settings: Settings) -> taggers.Cheap:
    os._exit(9)


async def test_a_process_that_dies_while_loading_is_replaced(tmp_path: Path) -> None:
    bench = Bench("Text.", client_id=str(tmp_path / "died"))
    async with asyncio.timeout(60), bench.running("tests.chaos.taggers:fragile") as pool:
        assert pool.ready == 2
        pool.kick()
        assert await bench.outcomes() == [None]
    assert bench.restarts == ["died"]


async def test_a_tagger_that_cannot_be_made_ends_the_service_with_the_reason() -> None:
    with pytest.raises(PipelineUnavailable, match="FileNotFoundError: a file of the pipeline"):
        async with asyncio.timeout(60), Bench().running("tests.chaos.taggers:broken"):
            pass

"""Lag without progress ends the process; lag with progress, no lag, or a slow start do not."""

from __future__ import annotations

import asyncio
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.errors import KafkaConnectionError

from service.errors import Stalled
from service.runtime.duplicates import watch
from service.runtime.duplicates.metrics import Metrics
from service.runtime.duplicates.watch import Watch


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A look every millisecond, and each takes a second by the clock."""
    monkeypatch.setattr(watch, "LOOK", 0.001)
    seconds = count()
    monkeypatch.setattr(watch, "Clock", lambda longest: lambda: float(next(seconds)))


def intake(lag: Any) -> Any:
    async def tell() -> int:
        if isinstance(lag, Exception):
            raise lag
        return int(lag)

    return SimpleNamespace(lag=tell)


async def looked(watching: Watch) -> None:
    """Some hundred looks, unless it raises."""
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await watching.run()


@pytest.mark.parametrize("trouble", [5, KafkaConnectionError("away")])
async def test_no_progress_with_lag_or_without_an_answer_is_a_stall(trouble: Any) -> None:
    watching = Watch(intake(trouble), lambda: 7, Metrics(), limit=20)
    watching.reading = True
    with pytest.raises(Stalled, match="nothing done for 20 s"):
        await watching.run()
    assert watching.blind == isinstance(trouble, Exception)


async def test_a_start_that_gets_nowhere_is_a_stall() -> None:
    with pytest.raises(Stalled):
        await Watch(intake(0), lambda: 0, Metrics(), limit=20).run()


async def test_progress_or_nothing_to_do_is_none() -> None:
    moving = count()
    busy = Watch(intake(5), lambda: next(moving), Metrics(), limit=20)
    idle = Watch(intake(0), lambda: 7, Metrics(), limit=20)
    busy.reading = idle.reading = True
    await looked(busy)
    await looked(idle)

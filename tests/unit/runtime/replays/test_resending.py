"""A replay whose brokers fall silent."""

from __future__ import annotations

import asyncio

import pytest

from service.errors import BrokerUnavailable
from service.model import RawEvent
from service.runtime.replays import resending
from service.runtime.replays.resending import Pace, Resender
from service.settings import Settings


class Silent:
    """A producer as it is while the brokers are frozen: nothing ever answers."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def begin_transaction(self) -> None:
        self.asked.append("begin")

    async def send(self, *_: object, **__: object) -> asyncio.Future[object]:
        return asyncio.get_running_loop().create_future()

    async def abort_transaction(self) -> None:
        self.asked.append("abort")
        await asyncio.Event().wait()


async def test_a_transaction_that_nobody_answers_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resending, "TRANSACTION_TIMEOUT", 0.05)
    monkeypatch.setattr(resending, "ABORTING", 0.05)
    resender = Resender(Settings(), "replay", Pace(1, 1), lambda: False, lambda _: None)
    resender._producer, resender._limit = Silent(), 1000
    async with asyncio.timeout(30):
        with pytest.raises(BrokerUnavailable):
            await resender.send([RawEvent("articles.raw", 0, 0, 0, b"k", b"v", ())])
    assert resender._producer.asked == ["begin", "abort"]

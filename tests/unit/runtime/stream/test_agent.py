"""What Faust hands out, as our own value; and the life of the partitions that the group gives and takes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest

from service.model import RawEvent
from service.runtime.stream.agent import Partitions, raw_event
from service.runtime.telemetry.metrics import Metrics


@dataclass
class Message:
    """The parts of a Faust message that are read."""

    timestamp: float
    headers: Any
    topic: str = "articles.raw"
    partition: int = 3
    offset: int = 7
    key: bytes | None = None
    value: bytes | None = b"\x00\xff"


@dataclass
class Part:
    """A partition that notes what it is told, and runs until it is cancelled or told to fail."""

    number: int
    offered: list[int] = field(default_factory=list)
    fail: asyncio.Event = field(default_factory=asyncio.Event)

    def offer(self, event: RawEvent) -> None:
        self.offered.append(event.offset)

    async def run(self) -> None:
        await self.fail.wait()
        raise LookupError("a bug")


def partitions(made: list[Part]) -> Partitions:
    def make(number: int) -> Any:
        made.append(Part(number))
        return made[-1]

    return Partitions(make, Metrics())


def event(partition: int, offset: int) -> RawEvent:
    return RawEvent("articles.raw", partition, offset, 0, None, b"")


@pytest.mark.parametrize("milliseconds", [0, 1, 1_795_000_000_123, 1_795_000_000_999])
def test_milliseconds_survive_fausts_seconds(milliseconds: int) -> None:
    assert raw_event(Message(milliseconds / 1000.0, ())).timestamp == milliseconds


def test_bytes_are_kept_and_headers_may_be_absent_or_empty() -> None:
    made = raw_event(Message(0.0, [("a", b"1"), ("b", None)]))
    assert (made.partition, made.offset, made.key, made.value) == (3, 7, None, b"\x00\xff")
    assert made.headers == (("a", b"1"), ("b", b""))
    assert raw_event(Message(0.0, None)).headers == ()


async def test_what_is_kept_goes_on_untouched_by_a_rebalance() -> None:
    made: list[Part] = []
    owned = partitions(made)
    owned.assign({0, 1})
    owned.rebalancing()
    assert not owned.joined
    owned.assign({1, 2})
    assert owned.joined
    assert [part.number for part in made] == [0, 1, 2]
    assert [part.number for part in owned] == [1, 2]
    await owned.stop()


async def test_events_of_partitions_that_went_are_not_kept() -> None:
    made: list[Part] = []
    owned = partitions(made)
    owned.assign({0})
    owned.offer(event(0, 5))
    owned.assign(set())
    owned.offer(event(0, 6))
    owned.offer(event(9, 1))
    assert made[0].offered == [5]


async def test_a_partition_that_comes_back_is_taken_anew() -> None:
    made: list[Part] = []
    owned = partitions(made)
    for numbers in ({0}, set(), {0}):
        owned.assign(numbers)
    assert [part.number for part in made] == [0, 0]
    await owned.stop()


async def test_after_stop_reading_nothing_is_taken_in() -> None:
    made: list[Part] = []
    owned = partitions(made)
    owned.assign({0})
    owned.stop_reading()
    owned.offer(event(0, 5))
    owned.assign({0, 1})
    assert [(part.number, part.offered) for part in made] == [(0, [])]
    await owned.stop()


async def test_a_bug_in_a_partition_comes_to_light() -> None:
    made: list[Part] = []
    owned = partitions(made)
    owned.assign({0})
    made[0].fail.set()
    with pytest.raises(LookupError):
        await owned.failed()
    await owned.stop()

"""Reading waits while too much is in memory, by number or by size."""

from __future__ import annotations

import asyncio

from service.runtime.stream.inflight import EVENT_BYTES, InFlight


async def waits(in_flight: InFlight) -> bool:
    task = asyncio.create_task(in_flight.room())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    done = task.done()
    task.cancel()
    return not done


async def test_there_is_room_until_the_events_are_too_many() -> None:
    in_flight = InFlight(2)
    in_flight.add(1, 10)
    assert not await waits(in_flight)
    in_flight.add(1, 10)
    assert await waits(in_flight)


async def test_there_is_no_room_when_few_events_are_too_large() -> None:
    in_flight = InFlight(2)
    in_flight.add(1, 2 * EVENT_BYTES)
    assert await waits(in_flight)


async def test_whoever_waits_goes_on_when_something_was_published() -> None:
    in_flight = InFlight(1)
    in_flight.add(1, 10)
    reader = asyncio.create_task(in_flight.room())
    await asyncio.sleep(0)
    in_flight.add(-1, -10)
    await reader
    assert (in_flight.events, in_flight.bytes) == (0, 0)

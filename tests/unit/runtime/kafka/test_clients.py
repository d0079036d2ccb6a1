"""Saying goodbye to brokers that are away."""

from __future__ import annotations

import asyncio

import pytest

from service.runtime.kafka import clients


async def _cancels_itself() -> None:
    """As aiokafka's consumer does where a fetch that it cancels was waiting to be tried again."""
    task = asyncio.create_task(asyncio.sleep(60))
    await asyncio.sleep(0)
    task.cancel()
    await task


async def _fails() -> None:
    raise AssertionError("Invalid state transition")


@pytest.mark.parametrize("closing", [_cancels_itself, _fails])
async def test_nothing_that_goes_wrong_at_the_end_is_ours(closing: object) -> None:
    await clients.end(closing())  # type: ignore[operator]
    assert asyncio.current_task().cancelling() == 0  # type: ignore[union-attr]


async def test_what_hangs_is_left_behind() -> None:
    hanging = asyncio.Event()

    async def hang() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            hanging.set()

    await clients.end(hang(), 0.01)
    async with asyncio.timeout(5):
        await hanging.wait()


async def test_our_own_cancellation_is_not_swallowed() -> None:
    task = asyncio.create_task(clients.end(asyncio.sleep(60)))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

"""Back-pressure: how much is in memory, and who may read more."""

from __future__ import annotations

import asyncio

EVENT_BYTES = 64 * 1024  # what an event may take up on average before bytes, not events, are the bound


class InFlight:
    """Counts what was read and not yet published, over all partitions. Reading waits for ``room``.

    A reader adds what it got in one go, so the bounds can be passed by one fetch a partition.
    """

    def __init__(self, events: int) -> None:
        self._most = events
        self.events = 0
        self.bytes = 0
        self._room = asyncio.Event()
        self._room.set()

    async def room(self) -> None:
        await self._room.wait()

    def add(self, events: int, size: int) -> None:
        """Negative: published, or forgotten."""
        self.events += events
        self.bytes += size
        if self.events < self._most and self.bytes < self._most * EVENT_BYTES:
            self._room.set()
        else:
            self._room.clear()

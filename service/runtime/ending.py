"""How a process is asked to end, and that it does."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Coroutine
from typing import Any

CUT_OFF = 75  # exit status when the goodbye took too long


def on_signals() -> asyncio.Event:
    """Set when SIGTERM or SIGINT comes."""
    asked = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, asked.set)
    return asked


async def first(*works: Coroutine[Any, Any, object], grace: float) -> None:
    """Runs until one of them ends or raises; the others are cancelled and have ``grace`` seconds to end."""
    tasks = [asyncio.create_task(work) for work in works]
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    await asyncio.wait(tasks, timeout=grace)
    for task in done:
        await task


def bound(seconds: float) -> None:
    """Whatever hangs on the way out (aiokafka does when brokers are away), the process is gone by then."""
    timer = threading.Timer(seconds, os._exit, (CUT_OFF,))
    timer.daemon = True
    timer.start()

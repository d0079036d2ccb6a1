"""How a process is asked to end, and that it does."""

from __future__ import annotations

import asyncio
import os
import signal
import threading

CUT_OFF = 75  # exit status when the goodbye took too long


def on_signals() -> asyncio.Event:
    """Set when SIGTERM or SIGINT comes."""
    asked = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, asked.set)
    return asked


def bound(seconds: float) -> None:
    """Whatever hangs on the way out (aiokafka does when brokers are away), the process is gone by then."""
    timer = threading.Timer(seconds, os._exit, (CUT_OFF,))
    timer.daemon = True
    timer.start()

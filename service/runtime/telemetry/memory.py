"""How much memory the tagging processes take; the parent's own is among the ``process_*`` metrics."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path


def of_children() -> float:
    """Resident bytes of this process's direct children together; 0 where the system does not tell (not Linux)."""
    listings = Path("/proc/self/task").glob("*/children")
    pids = {pid for listing in listings for pid in _read(listing).split()}
    return float(sum(_resident(pid) for pid in pids))


def resident() -> float:
    """Resident bytes of this process; 0 where the system does not tell (not Linux)."""
    return float(_resident("self"))


def _resident(pid: str) -> int:
    fields = _read(Path("/proc") / pid / "statm").split()
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE") if fields else 0


def _read(path: Path) -> str:
    """Empty where the process has just ended."""
    with contextlib.suppress(OSError):
        return path.read_text()
    return ""

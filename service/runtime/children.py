"""Processes that end with us: started without our terminal, stopped within a bounded time."""

from __future__ import annotations

import ctypes
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1


def start(
    command: Sequence[str], output: Path, environment: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """A child that writes to ``output``; Ctrl-C is for the parent, who then stops it."""
    with output.open("wb") as stream:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,
            preexec_fn=die_with_parent if _on_main_thread() else None,  # noqa: PLW1509 - one system call
        )


def stop(child: subprocess.Popen[bytes], patience: float) -> None:
    """Ends it by SIGTERM, after ``patience`` seconds by SIGKILL."""
    if child.poll() is not None:
        return
    child.send_signal(signal.SIGCONT)  # a frozen one cannot end
    child.terminate()
    try:
        child.wait(patience)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _on_main_thread() -> bool:
    """Trap: the kernel sends the signal when the *thread* that started the child ends."""
    return threading.current_thread() is threading.main_thread()


def die_with_parent() -> None:
    """The parent's end, even by SIGKILL, becomes the caller's; where the system cannot (not Linux), nothing happens."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)

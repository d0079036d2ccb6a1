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
            preexec_fn=_die_with_parent if _may_bind_to_parent() else None,  # noqa: PLW1509 - one system call
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


def _may_bind_to_parent() -> bool:
    """Trap: the kernel sends the signal when the *thread* that started the child ends."""
    return sys.platform == "linux" and threading.current_thread() is threading.main_thread()


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)

"""The memory of child processes, measured on a real one."""

import subprocess
import sys
from pathlib import Path

import pytest

from service.runtime.telemetry import memory

HOLDS = 64 * 1024 * 1024
CHILD = f"held = bytearray(b'x') * {HOLDS}; print('ready', flush=True); input()"


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the system has no /proc")
def test_a_childs_memory_counts_while_it_lives() -> None:
    before = memory.of_children()
    with subprocess.Popen([sys.executable, "-c", CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        assert memory.of_children() > before + HOLDS
        child.kill()
    assert memory.of_children() < before + HOLDS

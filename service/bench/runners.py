"""The service and its peers as contestants: processes and topics of their own, kept from round to round."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from service.bench.corpus import Text
from service.bench.course import Course, until
from service.bench.race import Turn
from service.errors import WiretagError
from service.runtime import children
from service.runtime.tagging.pool import ONE_THREAD
from service.settings import Settings

CPU = re.compile(r"^process_cpu_seconds_total (\S+)$", re.MULTILINE)
GOODBYE = 25.0  # seconds for a process to end by itself


class Runner:
    """``processes`` times ``python -m MODULE ...`` in one group. ``async with`` starts them and waits for the group."""

    def __init__(self, name: str, command: Sequence[str], processes: int, settings: Settings, folder: Path) -> None:
        self.name = name
        token = f"bench-{secrets.token_hex(3)}"
        self.settings = settings.model_copy(update={"topic_prefix": f"{token}.", "group_id": token})
        self.course = Course(self.settings)
        self._command = command
        self._count = processes
        self._folder = folder
        self._started: list[tuple[subprocess.Popen[bytes], Path]] = []

    async def __aenter__(self) -> Self:
        """Returns when all are members of the group."""
        await self.course.__aenter__()
        try:
            self.launch()
            await until(f"{self.name} is ready", self._joined, self.alive)
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        self.end()
        await self.course.__aexit__()

    def launch(self) -> None:
        """Starts them, and does not wait."""
        for number in range(self._count):
            log = self._folder / f"{self.settings.group_id}-{number}.log"
            command = [sys.executable, "-m", *self._command]
            self._started.append((children.start(command, log, self._environment()), log))

    def end(self) -> None:
        for process, _log in self._started:
            process.terminate()
        for process, _log in self._started:
            children.stop(process, GOODBYE)
            with contextlib.suppress(ProcessLookupError):  # what a peer's pool leaves behind
                os.killpg(process.pid, signal.SIGKILL)
        self._started.clear()

    def alive(self) -> None:
        """Raises WiretagError when one has ended."""
        for process, log in self._started:
            if process.poll() is not None:
                raise WiretagError(f"{self.name} ended with {process.returncode}:\n{log.read_text()[-2000:]}")

    async def run(self, texts: Sequence[Text]) -> Turn:
        return Turn(await self.course.run(texts, self.alive))

    async def _joined(self) -> bool:
        return await self.course.members() == self._count

    def _environment(self) -> dict[str, str]:
        ours = {
            "WIRETAG_BOOTSTRAP_SERVERS": self.settings.bootstrap_servers,
            "WIRETAG_TOPIC_PREFIX": self.settings.topic_prefix,
            "WIRETAG_GROUP_ID": self.settings.group_id,
            "WIRETAG_WORKERS": str(self.settings.workers),
            "WIRETAG_PIPELINE": self.settings.pipeline,
        }
        return {**os.environ, **ONE_THREAD, **ours}


class Service(Runner):
    """``wiretag worker``, ``processes`` times, each with ``workers`` tagging processes."""

    def __init__(self, name: str, processes: int, workers: int, settings: Settings, folder: Path) -> None:
        super().__init__(
            name, ["service", "worker"], processes, settings.model_copy(update={"workers": workers}), folder
        )
        self._ports: list[int] = []

    async def run(self, texts: Sequence[Text]) -> Turn:
        before = self._cpu()
        turn = await super().run(texts)
        return Turn(turn.seconds, self._cpu() - before)

    def _environment(self) -> dict[str, str]:
        self._ports.append(_free_port())
        return {**super()._environment(), "WIRETAG_WEB_HOST": "127.0.0.1", "WIRETAG_WEB_PORT": str(self._ports[-1])}

    def _cpu(self) -> float:
        """CPU seconds of the parents so far, as they tell themselves (on Linux; elsewhere 0)."""
        return sum(self._told(port) for port in self._ports)

    @staticmethod
    def _told(port: int) -> float:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
            found = CPU.search(answer.read().decode())
        return float(found[1]) if found else 0.0


def _free_port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

"""Processes of wiretag that a command starts, each with a log in a folder."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path

from service import credentials
from service.errors import WiretagError
from service.runtime import children
from service.settings import PREFIX, Settings

HANDED_ON = ("bootstrap_servers", "topic_prefix", "security_protocol", "web_port", "page_port")
PATIENCE = 60.0  # seconds until a process must listen
LOOK = 0.05


class Process:
    """``wiretag NAME`` as a process of its own, as in production. Starts at once. What is ``HANDED_ON`` wins over the
    environment, and credentials that ``effective`` does not have are not taken from there.
    """

    def __init__(self, name: str, effective: Settings, folder: Path) -> None:
        self._name, self._settings = name, effective
        self._log = folder / f"{name}.log"
        ours = {f"{PREFIX}{one.upper()}": str(getattr(effective, one)) for one in HANDED_ON}
        ours |= {f"{PREFIX}{one.upper()}": "" for one in credentials.SETTINGS if getattr(effective, one) is None}
        environment = {**os.environ, **ours, f"{PREFIX}LOG_FORMAT": "text"}
        self._child = children.start([sys.executable, "-m", "service", name], self._log, environment)

    @property
    def address(self) -> str:
        """As it logged it, for it may have taken any free port; empty until then."""
        words = self._read().split()
        return next((word for word in words if word.startswith("http://")), "")

    async def listening(self) -> str:
        """Its address, as soon as it has one. Raises WiretagError."""
        deadline = time.monotonic() + PATIENCE
        while not (address := self.address) and time.monotonic() < deadline:
            self.check()
            await asyncio.sleep(LOOK)
        if not address:
            raise WiretagError(f"wiretag {self._name} does not listen after {PATIENCE:.0f} s")
        return address

    def check(self) -> None:
        """Raises WiretagError with its last words if it has ended."""
        if self._child.poll() is not None:
            last_words = "\n".join(self._read().splitlines()[-12:])
            raise WiretagError(f"wiretag {self._name} ended with status {self._child.returncode}:\n{last_words}")

    def stop(self) -> None:
        children.stop(self._child, self._settings.shutdown_timeout + 5)

    def _read(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")

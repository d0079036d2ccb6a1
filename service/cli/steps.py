"""What is going on: a line that changes at a terminal, a line for each new step elsewhere."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.status import Status


class Steps:
    """``with Steps(console) as steps: steps("starting Kafka")``."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._status: Status | None = console.status("") if console.is_terminal else None
        self._said = ""

    def __call__(self, step: str) -> None:
        """``step`` may count after a colon ("downloading: 3 of 47"): the count is for terminals only."""
        if self._status:
            self._status.update(step)
            self._status.start()
        elif (words := step.partition(": ")[0]) != self._said:
            self._said = words
            self._console.print(words, highlight=False)

    def pause(self) -> None:
        """Nothing is going on that is worth a line."""
        if self._status:
            self._status.stop()

    def __enter__(self) -> Steps:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.pause()

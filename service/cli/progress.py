"""How far long work has come: a bar at a terminal, a line now and then elsewhere. And Ctrl-C in the middle of it."""

from __future__ import annotations

import contextlib
import signal
import sys
import time
from collections.abc import Callable, Iterator
from types import FrameType, TracebackType

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

PLAIN = 10.0  # seconds between two lines where there is no terminal


class Bar:
    """``with Bar("reading") as bar: bar(done, total)``; ``note`` says what it waits for. All on standard error."""

    def __init__(self, words: str) -> None:
        self._words = words
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._bar = Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty())
        self._task = self._bar.add_task(words, total=None)
        self._said = time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        self._bar.update(self._task, completed=done, total=total, description=self._words)
        self._say(f"{self._words}: {done:,} of {total:,}")

    def note(self, words: str) -> None:
        self._bar.update(self._task, description=f"{self._words}: {words}")
        self._say(f"{self._words}: {words}")

    def _say(self, line: str) -> None:
        if self._bar.disable and time.monotonic() - self._said >= PLAIN:
            self._said = time.monotonic()
            click.echo(line, err=True)

    def __enter__(self) -> Bar:
        self._bar.start()
        return self

    def stop(self) -> None:
        """Something else is going to be told."""
        self._bar.stop()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._bar.stop()


@contextlib.contextmanager
def stopping() -> Iterator[Callable[[], bool]]:
    """Whether Ctrl-C or SIGTERM has asked to end. The second time ends at once."""
    asked: list[int] = []

    def ask(number: int, _frame: FrameType | None) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(number)
        click.echo("stopping: what is on its way is finished (again: at once)", err=True)

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(asked)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def confirmed(question: str) -> bool:
    """Asks. Trap: within asyncio.run the first Ctrl-C would only cancel the task, which waits for the answer."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return click.confirm(question, err=True)
    except click.Abort:
        raise KeyboardInterrupt from None
    finally:
        signal.signal(signal.SIGINT, before)

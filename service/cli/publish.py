"""``wiretag publish``: files of raw articles to ``articles.raw``."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import Iterator

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from service.cli import options
from service.cli.inputs import STDIN, Source, check
from service.codec import Limits
from service.errors import INTERRUPTED
from service.runtime.kafka.publishing import Raw, publish
from service.settings import Settings

LONG = 1_000_000  # bytes of input from which a progress bar is worth it


@click.command()
@options.inputs
@options.kafka
@click.pass_context
def command(ctx: click.Context, source: Source, effective: Settings) -> None:
    """Send the articles of FILES ("-": standard input) to articles.raw and wait until the brokers have stored them.

    A file holds one JSON article, an array of them, one a line, or plain text (one article; its id is the file's name).
    What the service would refuse, or Kafka, is not sent: standard error says FILE:LINE: reason, the others are sent,
    and the exit status is 1.
    """
    tally = _Tally(source.size, effective.topic("raw"))
    records = _raws(source, Limits.of(effective), tally)
    with tally.bar, _interruptible():
        asyncio.run(publish(effective, records, tally.refuse, tally.stored, chunk=1 if STDIN in source.files else 64))
    click.echo(tally.summary, err=True)
    ctx.exit(1 if tally.refused else 0)


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """Trap: on its way out Python would wait for the thread that reads standard input, or stumble over it."""
    try:
        yield
    except KeyboardInterrupt:
        os._exit(INTERRUPTED)


class _Tally:
    """Counts, and shows progress on a terminal when there is much to send."""

    def __init__(self, size: int | None, topic: str) -> None:
        shown = size is not None and size >= LONG and sys.stderr.isatty()
        columns = (TextColumn("publishing"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
        self.bar = Progress(*columns, console=Console(stderr=True), disable=not shown, transient=True)
        self._task = self.bar.add_task("publishing", total=size)
        self._topic = topic
        self.published = self.refused = 0

    def stored(self, raw: Raw) -> None:
        self.published += 1
        self.bar.update(self._task, completed=raw.done)

    def refuse(self, where: str, reason: str) -> None:
        self.refused += 1
        click.echo(f"{where}: {reason}", err=True)

    @property
    def summary(self) -> str:
        return f"{self.published:,} published to {self._topic}, {self.refused:,} refused"


def _raws(source: Source, limits: Limits, tally: _Tally) -> Iterator[Raw]:
    before = end = 0
    file = ""
    for checked in check(source.records(), limits, tally.refuse):
        record = checked.record
        if (name := record.where.rpartition(":")[0]) != file:
            before, file = before + end, name
        end = record.end
        yield Raw(record.where, checked.id.encode(), record.value, before + end)

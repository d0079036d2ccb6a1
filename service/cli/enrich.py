"""``wiretag enrich``: the tagger without Kafka."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import click
import orjson
from rich.console import Console

from service import settings
from service.cli import options
from service.cli.display import card
from service.cli.inputs import Checked, Source, check
from service.cli.page import page
from service.codec import Limits
from service.pipeline import Tagger
from service.settings import Settings

Refuse = Callable[[str, str], None]


@click.command()
@options.inputs
@click.option("--jsonl", is_flag=True, help="One enriched record a line; the default unless at a terminal.")
@click.option("--html", type=click.Path(dir_okay=False, writable=True), help="Write a page with the tags highlighted.")
@click.pass_context
def command(ctx: click.Context, source: Source, jsonl: bool, html: str | None) -> None:
    """Tag the articles of FILES ("-": standard input) and print the enriched records, in order, without any Kafka.

    A file holds one JSON article, an array of them, one a line, or plain text (one article; its id is the file's name).
    What the service would refuse is told on standard error as FILE:LINE: reason, and the exit status is 1.
    """
    refused: list[str] = []

    def refuse(where: str, reason: str) -> None:
        refused.append(where)
        click.echo(f"{where}: {reason}", err=True)

    records = _enriched(source, settings.load(), refuse)
    show = _lines if jsonl or not sys.stdout.isatty() else _cards
    if html:
        kept = list(_passing(records, show if show is _lines else _nothing))
        Path(html).write_text(page(map(orjson.loads, kept)), encoding="utf-8")
        click.echo(f"{html}: {len(kept)} articles", err=True)
    else:
        for _ in _passing(records, show):
            pass
    ctx.exit(1 if refused else 0)


def _enriched(source: Source, effective: Settings, refuse: Refuse) -> Iterator[bytes]:
    """Enriched records as the service would publish them."""
    limits = Limits(body=effective.max_body)
    tagger = Tagger(effective.pipeline, limits)
    good = check(source.records(), limits, refuse)
    while batch := list(itertools.islice(good, effective.batch_events)):
        yield from _tagged(tagger, batch, refuse)


def _tagged(tagger: Tagger, batch: Iterable[Checked], refuse: Refuse) -> Iterator[bytes]:
    batch = list(batch)
    for checked, processed in zip(batch, tagger.process([one.event for one in batch]), strict=True):
        if processed.report.reason:
            refuse(checked.record.where, processed.report.reason)
        for message in processed.messages:
            if message.stream == "enriched" and message.value is not None:
                yield message.value


def _passing(records: Iterable[bytes], show: Callable[[bytes], None]) -> Iterator[bytes]:
    for record in records:
        show(record)
        yield record


def _nothing(_: bytes) -> None:
    """The page shows it all."""


def _lines(record: bytes) -> None:
    sys.stdout.buffer.write(record + b"\n")
    sys.stdout.buffer.flush()


def _cards(record: bytes) -> None:
    console = Console()
    console.print(card(orjson.loads(record)))
    console.print()

"""``wiretag enrich``: the tagger without Kafka."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import click
import orjson
from rich.console import Console

from service import settings
from service.cli import options
from service.cli.display import card
from service.cli.inputs import Checked, Source, check
from service.codec import Limits
from service.page.rendering import standalone
from service.pipeline import Tagger
from service.settings import Settings

Refuse = Callable[[str, str], None]


@click.command()
@options.inputs
@click.option("--jsonl", is_flag=True, help="One enriched record a line; the default unless at a terminal.")
@click.option("--html", type=options.Output(), help="Write a page with the tags highlighted.")
@click.pass_context
def command(ctx: click.Context, source: Source, jsonl: bool, html: Path | None) -> None:
    """Tag the articles of FILES ("-": standard input) and print the enriched records, in order, without any Kafka.

    A file holds one JSON article, an array of them, one a line, or plain text (one article; its id is the file's name).
    What the service would refuse is told on standard error as FILE:LINE: reason, and the exit status is 1.
    """
    refused: list[str] = []

    def refuse(where: str, reason: str) -> None:
        refused.append(where)
        click.echo(f"{where}: {reason}", err=True)

    lines = jsonl or not sys.stdout.isatty()
    kept = []
    for record in _enriched(source, settings.load(), refuse):
        if lines:
            _line(record)
        elif not html:
            _card(record)
        if html:
            kept.append(orjson.loads(record))
    if html:
        html.write_text(standalone(kept), encoding="utf-8")
        click.echo(f"{html}: {len(kept)} articles", err=True)
    ctx.exit(1 if refused else 0)


def _enriched(source: Source, effective: Settings, refuse: Refuse) -> Iterator[bytes]:
    """Enriched records as the service would publish them."""
    limits = Limits.of(effective)
    tagger = Tagger(effective.pipeline, limits)
    good = check(source.records(), limits, refuse)
    while batch := list(itertools.islice(good, effective.batch_events)):
        yield from _tagged(tagger, batch, refuse)


def _tagged(tagger: Tagger, batch: Sequence[Checked], refuse: Refuse) -> Iterator[bytes]:
    for checked, processed in zip(batch, tagger.process([one.event for one in batch]), strict=True):
        if processed.report.reason:
            refuse(checked.record.where, processed.report.reason)
        for message in processed.messages:
            if message.stream == "enriched" and message.value is not None:
                yield message.value


def _line(record: bytes) -> None:
    sys.stdout.buffer.write(record + b"\n")
    sys.stdout.buffer.flush()


def _card(record: bytes) -> None:
    console = Console()
    console.print(card(orjson.loads(record)))
    console.print()

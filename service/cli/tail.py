"""``wiretag tail``: enriched articles as they arrive."""

from __future__ import annotations

import asyncio
import sys

import click
import orjson
from rich.console import Console

from service.cli import options
from service.cli.display import card
from service.nlp import taxonomy
from service.runtime.kafka.tailing import Published, Tail
from service.settings import Settings

PATIENCE = 60.0  # seconds of silence after which it looks again


@click.command()
@click.option("--theme", type=click.Choice([theme.id for theme in taxonomy.load()]), help="Only this theme's topic.")
@click.option("--json", "as_json", is_flag=True, help="One record a line, as published.")
@click.option("--from-beginning", is_flag=True, help="Also what is in the topic already.")
@click.option("--count", type=click.IntRange(min=1), help="End after so many records.")
@options.kafka
def command(theme: str | None, as_json: bool, from_beginning: bool, count: int | None, effective: Settings) -> None:
    """Show the records of articles.enriched, or of one theme's topic, as they arrive, until Ctrl-C.

    Reads committed records only, belongs to no consumer group and moves nobody's position.
    """
    stream = f"enriched.{theme}" if theme else "enriched"
    asyncio.run(_tail(effective, stream, from_beginning, count, as_json))


async def _tail(effective: Settings, stream: str, from_beginning: bool, count: int | None, as_json: bool) -> None:
    console = Console(highlight=False)
    seen = 0
    async with Tail(effective, [stream], from_beginning) as tail:
        click.echo(f"reading {effective.topic(stream)} (Ctrl-C ends)", err=True)
        while count is None or seen < count:
            for published in (await tail.some(PATIENCE))[: None if count is None else count - seen]:
                _show(published, console, as_json)
                seen += 1


def _show(published: Published, console: Console, as_json: bool) -> None:
    value = published.value or b"null"
    if as_json:
        sys.stdout.buffer.write(value + b"\n")
        sys.stdout.buffer.flush()
    else:
        console.print(card(orjson.loads(value)))
        console.print()

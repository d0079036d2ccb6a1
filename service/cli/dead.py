"""``wiretag dead``: dead letters, looked at and published again."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import json
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from typing import Any

import click

from service.cli import letters as display
from service.cli import options
from service.cli.filters import REASONS, filtered
from service.cli.progress import Bar, stopping
from service.cli.runs import Conduct, agreed, behind, conducted, new_run, wait_for
from service.codec import Letter
from service.errors import INTERRUPTED, WiretagError
from service.runtime.kafka.reader import Reader
from service.runtime.replays import letters
from service.runtime.replays.letters import Filter
from service.runtime.replays.resending import Resender
from service.runtime.replays.revival import FORCEABLE, Revival
from service.settings import Settings

SHOWN = 50  # letters of a table
REPLAYS = 3
NAME = "dead-replay"  # the end of the transactional id
Row = Mapping[str, Any]


@click.group()
def command() -> None:
    """Look at the letters of articles.dead, and publish them again once their cause is mended.

    ID is PARTITION/OFFSET of a letter, as `list` shows it, or articles.raw/PARTITION/OFFSET of its raw event.
    """


# --- list -------------------------------------------------------------------------------------------------------------


@command.command(name="list")
@filtered
@click.option("--count", "counting", is_flag=True, help="Only how many there are, by reason and source.")
@click.option("--open", "unreplayed", is_flag=True, help="Only those that were not replayed.")
@click.option("--limit", type=click.IntRange(min=1), help=f"Only the newest; default: {SHOWN}, with --json all.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@options.kafka
def list_(
    *, which: Filter, counting: bool, unreplayed: bool, limit: int | None, as_json: bool, effective: Settings
) -> None:
    """List dead letters, the newest last: when, why, whose, how often tried, and whether they were replayed.

    Reads articles.dead from --since on; belongs to no consumer group and moves nobody's position.
    """
    if as_json and not counting and not limit:
        asyncio.run(_stream(effective, which, unreplayed))
    else:
        asyncio.run(
            _list(effective, which, unreplayed=unreplayed, limit=limit or SHOWN, counting=counting, as_json=as_json)
        )


async def _stream(effective: Settings, which: Filter, unreplayed: bool) -> None:
    async for told, _ in _rows(effective, which, unreplayed):
        _line(told)


async def _list(
    effective: Settings, which: Filter, *, unreplayed: bool, limit: int, counting: bool, as_json: bool
) -> None:
    counts: Counter[tuple[str, str]] = Counter()
    newest: list[tuple[int, int, Row]] = []  # a heap, so that the oldest is the one to drop
    number = itertools.count()
    async for told, timestamp in _rows(effective, which, unreplayed):
        counts[told["reason"], told["source"]] += 1
        heapq.heappush(newest, (timestamp, next(number), told))
        if len(newest) > limit:
            heapq.heappop(newest)
    rows = [] if counting else [told for _, _, told in sorted(newest, key=lambda one: one[:2])]
    _print(rows, counts, counting, as_json)


async def _rows(effective: Settings, which: Filter, unreplayed: bool) -> AsyncIterator[tuple[Row, int]]:
    """Each letter, and its own timestamp."""
    replayed = await letters.receipts_if_any(effective)
    with Bar("reading articles.dead") as bar:
        async for letter in letters.find(effective, which, bar):
            raw = replayed.get(letters.place(letter.record))
            if not (raw and unreplayed):
                yield display.row(letter, raw), letter.record.timestamp


def _line(told: Row) -> None:
    click.echo(json.dumps(told))


def _print(rows: list[Row], counts: display.Counts, counting: bool, as_json: bool) -> None:
    if as_json:
        for told in rows:
            _line(told)
        for (reason, source), number in counts.most_common() if counting else ():
            _line({"reason": reason, "source": source, "letters": number})
        return
    if counting and counts:
        click.echo(display.summary(counts))
    elif rows:
        display.console().print(display.table(rows))
    if len(rows) < counts.total() and not counting:
        click.echo(f"the newest {len(rows):,} of {counts.total():,} (--limit, --count)", err=True)
    elif not counts:
        click.echo("no dead letters of that kind", err=True)


# --- show -------------------------------------------------------------------------------------------------------------


@command.command()
@filtered
@click.option("--value", "only_value", is_flag=True, help="Only the raw event's value, byte for byte; of one letter.")
@click.option("--limit", type=click.IntRange(min=1), default=10, show_default=True, help="Letters at most.")
@options.kafka
def show(which: Filter, only_value: bool, limit: int, effective: Settings) -> None:
    """Show all of a letter: its headers, what became of it before, and its value.

    Whatever could move a terminal's cursor or hide is shown as an escape. To tag the article right here:
    wiretag dead show ID --value | wiretag enrich -
    """
    if not which.places and not which.raws and only_value:
        raise click.UsageError("--value goes with an ID.")
    asyncio.run(_show(effective, which, only_value, limit))


async def _show(effective: Settings, which: Filter, only_value: bool, limit: int) -> None:
    replayed = await letters.receipts_if_any(effective)
    shown = 0
    with Bar("reading articles.dead") as bar:
        async for letter in letters.find(effective, which, bar):
            if only_value:
                await _value(effective, letter)
                return
            if shown:
                click.echo()
            click.echo(display.described(letter, replayed.get(letters.place(letter.record))))
            shown += 1
            if shown == limit:
                break
    if not shown:
        raise WiretagError("articles.dead holds no such letter")


async def _value(effective: Settings, letter: Letter) -> None:
    raw = Reader(effective, effective.topic("raw"))
    try:
        event = await letters.whole(effective, raw, letter)
    finally:
        await raw.stop()
    if event is None:
        raise WiretagError("the letter holds no value, and its raw event is gone from articles.raw")
    sys.stdout.buffer.write(event.value or b"")
    sys.stdout.buffer.flush()


# --- replay -----------------------------------------------------------------------------------------------------------


@command.command()
@filtered
@click.option(
    "--max-replays",
    type=click.IntRange(min=1),
    default=REPLAYS,
    show_default=True,
    help="Leave alone what has died again after so many replays.",
)
@click.option("--force", is_flag=True, help=f"Also letters that are left alone because: {'; '.join(FORCEABLE)}.")
@conducted
@options.kafka
@click.pass_context
def replay(
    ctx: click.Context, *, which: Filter, max_replays: int, force: bool, conduct: Conduct, effective: Settings
) -> None:
    """Publish the raw events of dead letters to articles.raw again: key and value byte for byte, history in headers.

    Each letter once: what was replayed has a receipt in articles.dead.replayed. Left alone is what would be refused
    again, and what a newer version of the article has made superfluous. What dies again is a new letter, which knows
    how often it was tried. Ctrl-C ends it safely; called again it goes on.
    """
    ctx.exit(asyncio.run(_replay(effective, which, Revival(effective, new_run(), max_replays, force), conduct)))


async def _replay(effective: Settings, which: Filter, revival: Revival, conduct: Conduct) -> int:
    async with revival:
        with Bar("reading") as bar:
            await revival.plan(which, bar)
        _tell(revival)
        total = len(revival.chosen)
        if not total or not agreed(conduct, f"Publish {total:,} raw events to articles.raw again?"):
            return 0
        return await _run(effective, revival, conduct)


async def _run(effective: Settings, revival: Revival, conduct: Conduct) -> int:
    began, total, before = time.time(), len(revival.chosen), revival.left.copy()
    with stopping() as stopped, Bar("publishing") as bar:
        async with Resender(effective, NAME, conduct.pace, stopped, behind(bar)) as resender:
            sent = await revival.replay(resender, conduct.pace.chunk, stopped, lambda _, dealt: bar(dealt, total))
            bar.stop()
            click.echo(f"{sent:,} of {total:,} published, run {revival.run}", err=True)
            _tell_left(revival.left - before)
            if conduct.wait and not stopped() and not await wait_for(effective, resender, revival.run, began):
                return 1
    return INTERRUPTED if stopped() else 0


def _tell(revival: Revival) -> None:
    counts = Counter((one.reason, one.source) for one in revival.chosen)
    click.echo(f"{counts.total():,} letters to replay{':' if counts else ''}", err=True)
    if counts:
        click.echo(display.summary(counts), err=True)
    _tell_left(revival.left)
    theirs = {reason for reason, _ in counts if reason in REASONS and REASONS[reason].fault == "publisher"}
    if theirs:
        told = ", ".join(sorted(theirs))
        click.echo(f"the publisher's to mend, so they may well die again: {told}", err=True)


def _tell_left(left: display.Counts) -> None:
    for (why, reason), number in left.most_common():
        hint = " (--force)" if why in FORCEABLE else ""
        click.echo(f"left alone: {number:,} {reason or '?'}: {why}{hint}", err=True)

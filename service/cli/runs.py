"""What the two commands that publish raw events again have in common: options, questions, Ctrl-C, what came of it."""

from __future__ import annotations

import functools
import secrets
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import click

from service.cli import safe
from service.cli.progress import Bar, confirmed
from service.runtime.replays import letters
from service.runtime.replays.letters import Filter
from service.runtime.replays.resending import Pace, Resender
from service.settings import Settings

Command = Callable[..., Any]
RATE, LAG = 20.0, 1_000
SKEW = 60_000  # ms that clocks may differ
NAMED = 10  # letters


@dataclass(frozen=True, slots=True)
class Conduct:
    """How a run goes on: at which pace; and whether it only looks, asks before, waits after."""

    pace: Pace
    dry_run: bool
    yes: bool
    wait: bool


def conducted(command: Command) -> Command:
    """Options of both, as ``conduct``."""

    @click.option(
        "--rate", type=click.FloatRange(0.1, 10_000), default=RATE, show_default=True, help="Raw events a second."
    )
    @click.option(
        "--max-lag",
        type=click.IntRange(min=0),
        default=LAG,
        show_default=True,
        help="Wait while the service is more raw events behind.",
    )
    @click.option("--dry-run", is_flag=True, help="Only say what would be done.")
    @click.option("--yes", is_flag=True, help="Do not ask.")
    @click.option("--wait", is_flag=True, help="Wait until the service has dealt with all of it; say what died.")
    @functools.wraps(command)
    def with_conduct(
        *arguments: Any, rate: float, max_lag: int, dry_run: bool, yes: bool, wait: bool, **others: Any
    ) -> Any:
        if not (yes or dry_run or sys.stdin.isatty()):
            raise click.UsageError("There is no terminal to ask at: add --yes, or --dry-run to look first.")
        return command(*arguments, conduct=Conduct(Pace(rate, max_lag), dry_run, yes, wait), **others)

    return with_conduct


def new_run() -> str:
    """An id; they sort by time."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


def agreed(conduct: Conduct, question: str) -> bool:
    """Whether it may begin."""
    if conduct.dry_run:
        click.echo("nothing was published (--dry-run)", err=True)
    return not conduct.dry_run and (conduct.yes or confirmed(question))


def behind(bar: Bar) -> Callable[[int], None]:
    """What to tell while a run waits for the service."""
    return lambda lag: bar.note(f"waiting, the service is {lag:,} raw events behind")


async def wait_for(effective: Settings, resender: Resender, run: str, began: float) -> bool:
    """Until the service has dealt with all that was sent, and then what died; whether nothing did.

    ``began``: seconds since 1970.
    """
    with Bar("waiting for the service") as bar:
        settled = await resender.settled(lambda partitions: bar.note(f"{partitions} partitions to go"))
    if not settled:
        click.echo("stopped before the service had dealt with all of it", err=True)
        return False
    since = int(began * 1000) - SKEW
    died = [f async for f in letters.find(effective, Filter(since=since)) if f.replay and f.replay.run == run]
    for letter in died[:NAMED]:
        told = f"{letter.record.partition}/{letter.record.offset}: {letter.reason}: {letter.detail}"
        click.echo(f"died: {safe.one_line(told, 200)}", err=True)
    click.echo(f"the service has dealt with all of it: {len(died):,} died", err=True)
    return not died

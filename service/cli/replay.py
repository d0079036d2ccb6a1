"""``wiretag replay``: history tagged again."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

import click

from service.cli import options
from service.cli.moments import Moment
from service.cli.progress import Bar, stopping
from service.cli.runs import Conduct, agreed, behind, conducted, new_run, wait_for
from service.codec import Limits, rfc3339
from service.errors import INTERRUPTED
from service.runtime.replays.history import History, Progress
from service.runtime.replays.resending import Resender
from service.runtime.replays.scan import Scan
from service.runtime.replays.versions import Versions, Window
from service.settings import Settings

NAME = "replay"  # the end of the transactional id


@click.command()
@click.option("--from", "start", type=Moment(), required=True, help="2026-11-12, 2026-11-12T08:30 (UTC), 2h, 3d ...")
@click.option("--to", "end", type=Moment(), default="now", show_default=True, help="Before this moment.")
@click.option("--run", metavar="ID", help="Go on with a run that was interrupted: what it published is left out.")
@conducted
@options.kafka
@click.pass_context
def command(
    ctx: click.Context, *, start: int, end: int, run: str | None, conduct: Conduct, effective: Settings
) -> None:
    """Publish the raw articles of a time to articles.raw again, so that the service tags them anew.

    Of each article only the newest version, unless a still newer one came after --to. The outcomes keep the time of the
    first record (ce_time), so that readers take them for the same version. Ctrl-C ends it safely, and says how to go
    on.
    """
    if start >= end:
        raise click.UsageError("--from must be before --to.")
    ctx.exit(asyncio.run(_replay(effective, Window(start, end), run or new_run(), conduct)))


async def _replay(effective: Settings, window: Window, run: str, conduct: Conduct) -> int:
    versions = Versions(window, run, Limits.of(effective))
    async with Scan(effective, "raw", window.start) as scan:
        history = History(effective, scan, versions)
        try:
            with Bar("reading articles.raw") as bar:
                await history.look(bar)
            total = sum(map(len, versions.wanted().values()))
            _tell(versions, total, window, conduct)
            if not total or not agreed(conduct, f"Publish {total:,} raw events to articles.raw again?"):
                return 0
            return await _run(effective, history, window, run, conduct)
        finally:
            await history.stop()
            versions.close()


async def _run(effective: Settings, history: History, window: Window, run: str, conduct: Conduct) -> int:
    began = time.time()
    with stopping() as stopped, Bar("publishing") as bar:
        async with Resender(effective, NAME, conduct.pace, stopped, behind(bar)) as resender:
            click.echo(f"run {run}", err=True)
            progress = await history.replay(
                run, resender, conduct.pace.chunk, stopped, lambda one: bar(one.sent + one.passed, one.total)
            )
            bar.stop()
            _conclude(progress, window, run, stopped())
            if conduct.wait and not stopped() and not await wait_for(effective, resender, run, began):
                return 1
    return INTERRUPTED if stopped() else 0


def _tell(versions: Versions, total: int, window: Window, conduct: Conduct) -> None:
    left = versions.left()
    counts = {
        "older versions and copies": left["older"],
        "retractions": left["retracted"],
        "published by this run before": left["done"],
        "unreadable (dead letters already)": versions.counts["unreadable"],
        "null values": versions.counts["tombstone"],
    }
    click.echo(f"{total:,} articles from {rfc3339(window.start)} to {rfc3339(window.end)}", err=True)
    if told := ", ".join(f"{number:,} {what}" for what, number in counts.items() if number):
        click.echo(f"left out: {told}", err=True)
    if total:
        least = timedelta(seconds=round(total / conduct.pace.rate))
        click.echo(f"at {conduct.pace.rate:g} a second that takes {least} (hours:minutes:seconds) or more", err=True)


def _conclude(progress: Progress, window: Window, run: str, stopped: bool) -> None:
    passed = f", {progress.passed:,} left out: a newer version came meanwhile, or they are gone" * bool(progress.passed)
    click.echo(f"{progress.sent:,} of {progress.total:,} published{passed}", err=True)
    if stopped:
        span = f"--from {rfc3339(window.start)} --to {rfc3339(window.end)}"
        click.echo(f"to go on: wiretag replay {span} --run {run}", err=True)

"""Which dead letters, on the command line."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any

import click
from click.shell_completion import CompletionItem

from service.cli.moments import Moment
from service.runtime.replays.letters import Filter
from topics import catalogue

REASONS = {reason.name: reason for reason in catalogue.reasons()}
Command = Callable[..., Any]


class Id(click.ParamType):
    """(whether of a raw event, partition, offset)"""

    name = "id"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[bool, int, int]:
        found = re.fullmatch(r"(?:[A-Za-z0-9._-]*articles\.(raw|dead)/)?(\d{1,9})/(\d{1,18})", str(value), re.ASCII)
        if not found:
            self.fail(f"{value!r} is neither PARTITION/OFFSET nor articles.raw/PARTITION/OFFSET.", param, ctx)
        return found[1] == "raw", int(found[2]), int(found[3])


class Reason(click.ParamType):
    """A word that is unknown here may be a newer version's."""

    name = "word"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value not in REASONS:
            click.echo(f"{value}: no reason that this version knows: {', '.join(REASONS)}", err=True)
        return str(value)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        return [
            CompletionItem(name, help=reason.meaning) for name, reason in REASONS.items() if name.startswith(incomplete)
        ]


def filtered(function: Command) -> Command:
    """Which letters, as ``which``."""

    @click.argument("ids", metavar="[ID]...", nargs=-1, type=Id())
    @click.option("--reason", "reasons", multiple=True, type=Reason(), help="Of this reason; may be repeated.")
    @click.option("--source", "sources", multiple=True, metavar="DOMAIN", help="From this scraper; may be repeated.")
    @click.option("--since", type=Moment(), help="Given up since: 2026-11-26, 2026-11-26T08:30 (UTC), 2h, 3d ...")
    @click.option("--until", type=Moment(), help="Given up before.")
    @functools.wraps(function)
    def with_filter(
        *arguments: Any, ids: Any, reasons: Any, sources: Any, since: Any, until: Any, **others: Any
    ) -> Any:
        which = Filter(
            frozenset(reasons),
            frozenset(domain.lower() for domain in sources),
            since,
            until,
            frozenset((partition, offset) for raw, partition, offset in ids if not raw),
            frozenset((partition, offset) for raw, partition, offset in ids if raw),
        )
        return function(*arguments, which=which, **others)

    return with_filter

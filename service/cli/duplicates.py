"""``wiretag duplicates``: which articles tell a story that another one told before."""

from __future__ import annotations

import click

from service.cli import options
from service.runtime.duplicates.app import run_duplicates
from service.settings import Settings


@click.command()
@options.kafka
@click.pass_context
def command(ctx: click.Context, effective: Settings) -> None:
    """Find duplicates until SIGTERM or Ctrl-C: read articles.enriched, publish articles.duplicates. Logs go to standard
    error.

    One process for each WIRETAG_GROUP_ID: a second one takes over from the first, which then ends with status 1. Topics
    that are missing are created. Metrics and health: http://WIRETAG_WEB_HOST:WIRETAG_DUPLICATES_PORT/metrics, /healthz,
    /readyz.
    """
    ctx.exit(run_duplicates(effective))

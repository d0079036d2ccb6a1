"""``wiretag worker``: the service itself."""

from __future__ import annotations

import click

from service.cli import options
from service.runtime.app import run_worker
from service.settings import Settings


@click.command()
@options.kafka
@click.pass_context
def command(ctx: click.Context, effective: Settings) -> None:
    """Run the service until SIGTERM or Ctrl-C: read articles.raw, tag, publish. Logs go to standard error.

    Topics that are missing are created. Metrics and health: http://WIRETAG_WEB_HOST:WIRETAG_WEB_PORT/metrics,
    /healthz, /readyz.
    """
    ctx.exit(run_worker(effective))

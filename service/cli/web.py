"""``wiretag web``: the page."""

from __future__ import annotations

import click

from service.cli import options
from service.runtime.web.app import run_web
from service.settings import Settings


@click.command()
@options.kafka
@click.pass_context
def command(ctx: click.Context, effective: Settings) -> None:
    """Serve a web page until SIGTERM or Ctrl-C: paste an article and see it tagged; watch what comes through
    articles.enriched. Logs go to standard error.

    It has a tagging process of its own and belongs to no consumer group, so the service does not notice it. Pasting
    works without Kafka, too. The page knows no passwords: http://WIRETAG_WEB_HOST:WIRETAG_PAGE_PORT is for this machine
    only, unless you set it otherwise. /metrics, /healthz, /readyz are there as well.
    """
    ctx.exit(run_web(effective))

"""The composition root of ``wiretag web``: every part is made and joined here."""

from __future__ import annotations

import asyncio
import logging

from service.runtime import ending
from service.runtime.tagging.pool import TAGGER
from service.runtime.telemetry import logs
from service.runtime.telemetry.site import Health, Site
from service.runtime.web.desk import Desk
from service.runtime.web.feed import Feed
from service.runtime.web.metrics import WebMetrics
from service.runtime.web.pages import Pages
from service.settings import Settings

logger = logging.getLogger(__name__)


def run_web(settings: Settings, *, tagger: str = TAGGER) -> int:
    """Serves until SIGTERM or SIGINT: exit status 0. Raises WiretagError. ``tagger`` as for the worker."""
    logs.configure(settings)
    if settings.log_level != "DEBUG":
        logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # the feed says what there is to say
    metrics = WebMetrics()
    desk = Desk(settings, metrics, tagger)  # starts its process, before there are threads
    return asyncio.run(_serve(settings, desk, metrics))


async def _serve(settings: Settings, desk: Desk, metrics: WebMetrics) -> int:
    feed = Feed(settings, metrics)

    def health() -> Health:
        reasons = () if desk.pool.ready else ("no tagging process is ready",)
        return Health(live=True, ready=not reasons, reasons=reasons + ((f"feed: {feed.trouble}",) * bool(feed.trouble)))

    pages = Pages(settings, desk, feed, metrics)
    site = Site(settings.web_host, settings.page_port, metrics, health, "WIRETAG_PAGE_PORT", pages=pages.app)
    asked = ending.on_signals()
    logger.info("the page is on http://%s:%d", settings.web_host, await site.start())
    try:
        await ending.first(asked.wait(), _tag(desk), feed.run(), grace=2.0)
    finally:
        ending.bound(settings.shutdown_timeout)
        await desk.stop()
        await site.stop()
    return 0


async def _tag(desk: Desk) -> None:
    """Raises PipelineUnavailable; never returns."""
    await desk.pool.start()
    logger.info("the tagging process is ready")
    desk.pool.kick()
    await desk.pool.failed()

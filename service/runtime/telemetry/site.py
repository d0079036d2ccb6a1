"""The operators' web site: /metrics, /healthz, /readyz, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import orjson
from aiohttp import web

from service.errors import WiretagError


class Shown(Protocol):
    """The metrics of a process."""

    def health(self, live: bool, ready: bool) -> None: ...

    def render(self, accept: str = "") -> tuple[bytes, str]: ...


# Probes and scrapers send a few hundred bytes and no body; aiohttp's own limits are for sites with forms and uploads.
LIMITS: dict[str, Any] = {
    "max_line_size": 2048,
    "max_field_size": 4096,
    "max_headers": 64,
    "keepalive_timeout": 75,
    "lingering_time": 1,
}


@dataclass(frozen=True)
class Health:
    """``live``: the event loop answers and the watchdog is content; false asks for a restart. ``ready``: models loaded,
    topics checked, group joined. ``reasons``: why either is false, for people.
    """

    live: bool
    ready: bool
    reasons: tuple[str, ...] = ()


class Site:
    """Serves the metrics and the health of one process. ``port`` 0 takes a free one; ``setting`` is where it is set."""

    def __init__(
        self, host: str, port: int, metrics: Shown, health: Callable[[], Health], setting: str = "WIRETAG_WEB_PORT"
    ) -> None:
        self._setting = setting
        self._host = host
        self._port = port
        self._metrics = metrics
        self._health = health
        app = web.Application(client_max_size=1024)
        app.add_routes(
            [web.get("/metrics", self._serve_metrics), web.get("/healthz", self._live), web.get("/readyz", self._ready)]
        )
        self._runner = web.AppRunner(app, handle_signals=False, access_log=None, **LIMITS)

    async def start(self) -> int:
        """Listens; the port bound. Raises WiretagError where it cannot."""
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except OSError as problem:
            await self._runner.cleanup()
            raise WiretagError(
                f"cannot listen on {self._host}:{self._port} (WIRETAG_WEB_HOST, {self._setting}): {problem}"
            ) from None
        port: int = self._runner.addresses[0][1]
        return port

    async def stop(self) -> None:
        await self._runner.cleanup()

    async def _serve_metrics(self, request: web.Request) -> web.Response:
        health = self._health()
        self._metrics.health(health.live, health.ready)
        body, content_type = self._metrics.render(request.headers.get("Accept", ""))
        return web.Response(body=body, headers={"Content-Type": content_type})

    async def _live(self, _request: web.Request) -> web.Response:
        health = self._health()
        return _verdict("live", health.live, health)

    async def _ready(self, _request: web.Request) -> web.Response:
        health = self._health()
        return _verdict("ready", health.live and health.ready, health)


def _verdict(word: str, good: bool, health: Health) -> web.Response:
    body = orjson.dumps({word: good, "reasons": health.reasons})
    return web.Response(body=body, status=200 if good else 503, content_type="application/json")

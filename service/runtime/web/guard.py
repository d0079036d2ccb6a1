"""The headers of every answer, and who may ask."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


async def protect(_: web.Request, response: web.StreamResponse) -> None:
    """For every answer, errors too; a handler's own header wins."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)


def known_host(listening: str) -> Middleware:
    """Where we listen on this machine alone, only its own names are answered: another site's name that points here
    (DNS rebinding) would make us part of that site. Elsewhere a proxy decides.
    """

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        if _loopback(listening) and not _loopback(_hostname(request.host)):
            raise web.HTTPMisdirectedRequest(text=f"{request.host} is not a name of this page")
        return await handler(request)

    return check


def same_site(request: web.Request) -> bool:
    """Whether a form comes from our own page, or from no page at all (curl)."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


def _hostname(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

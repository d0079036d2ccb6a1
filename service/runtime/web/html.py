"""Templates and static files of the page."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from typing import Any

from aiohttp import web

from service import __version__
from service.codec import rfc3339
from service.page import rendering
from service.runtime.web import guard

TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
KEEP = "public, max-age=31536000, immutable"  # the address changes with the content


class Html:
    """``render`` a template; ``static`` serves the files that templates name by ``asset``."""

    def __init__(self) -> None:
        folder = files("service.runtime.web") / "static"
        self._files = {entry.name: entry.read_bytes() for entry in folder.iterdir()}
        self._files["style.css"] = rendering.stylesheet().encode()
        self._contract = (files("topics") / "contract.html").read_bytes()
        self._jinja = rendering.environment("service.runtime.web")
        self._jinja.globals.update(asset=self._asset, moment=rfc3339, version=__version__)

    def render(self, template: str, **values: Any) -> str:
        return self._jinja.get_template(template).render(**values)

    def response(self, template: str, status: int = 200, **values: Any) -> web.Response:
        return web.Response(text=self.render(template, **values), status=status, content_type="text/html")

    async def static(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in self._files:
            raise web.HTTPNotFound
        kind = TYPES[name.rpartition(".")[2]]
        return web.Response(body=self._files[name], content_type=kind, charset="utf-8", headers={"Cache-Control": KEEP})

    async def contract(self, _: web.Request) -> web.Response:
        """The contract is one file with its style inside: the policy allows exactly that style."""
        style = self._contract.partition(b"<style>")[2].partition(b"</style>")[0]
        allowed = "'sha256-" + base64.b64encode(hashlib.sha256(style).digest()).decode() + "'"
        policy = guard.POLICY.replace("style-src 'self'", f"style-src {allowed}")
        headers = {"Content-Security-Policy": policy, "Cache-Control": "no-cache"}
        return web.Response(body=self._contract, content_type="text/html", charset="utf-8", headers=headers)

    def _asset(self, name: str) -> str:
        return f"/static/{name}?{hashlib.sha256(self._files[name]).hexdigest()[:12]}"

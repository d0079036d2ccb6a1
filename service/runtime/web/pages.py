"""Every address of the page, and what it answers."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import math
import time
from typing import Any

import orjson
from aiohttp import web
from aiohttp.typedefs import Handler

from service.demo import samples
from service.model import Rejected
from service.nlp import taxonomy
from service.page.views import view
from service.runtime.web import guard
from service.runtime.web.desk import Busy, Desk
from service.runtime.web.feed import Feed
from service.runtime.web.forms import Form
from service.runtime.web.html import Html
from service.runtime.web.metrics import WebMetrics
from service.runtime.web.rate import Rate
from service.settings import Settings
from topics import catalogue as topics

logger = logging.getLogger(__name__)

BURST, PER_SECOND = 30, 1.0  # texts of one client address
NAME = 200  # characters of a filter
SHOWN, HEADLINES = 100, 6  # articles of the feed, on its page and beside the form
JSON_SHOWN = 300_000  # characters of JSON in a page; longer ones are for downloading
FORM_BYTES = 256 * 1024  # of a form beside the text
EXAMPLES = {sample.id.partition(":")[2]: sample for sample in samples.load() if sample.outcome == "enriched"}
FAULTS = {reason.name: reason.fault for reason in topics.reasons()}


class Pages:
    """``app`` is to be served."""

    def __init__(self, settings: Settings, desk: Desk, feed: Feed, metrics: WebMetrics) -> None:
        self._max_body = settings.max_body
        self._desk, self._feed, self._metrics = desk, feed, metrics
        self._html = Html()
        self._rate = Rate(BURST, PER_SECOND)
        self._themes = [theme.id for theme in taxonomy.load()]
        self.app = web.Application(
            client_max_size=4 * settings.max_body + FORM_BYTES,  # a character has at most four bytes
            middlewares=[self._watch, self._explain, guard.known_host(settings.web_host)],
        )
        self.app.on_response_prepare.append(guard.protect)
        self.app.add_routes(
            [
                web.get("/", self._home),
                web.post("/tag", self._paste),
                web.get("/tag", self._begin_anew),
                web.get("/examples/{name}", self._example),
                web.get("/live", self._live),
                web.get("/live/part", self._part),
                web.get("/articles/{key}", self._article),
                web.get("/contract", self._html.contract),
                web.get("/static/{name}", self._html.static),
            ]
        )

    # --- paste an article -----------------------------------------------------------------------------------------

    async def _home(self, request: web.Request) -> web.Response:
        return self._form(Form())

    async def _begin_anew(self, request: web.Request) -> web.Response:
        raise web.HTTPSeeOther("/")

    async def _paste(self, request: web.Request) -> web.Response:
        if not guard.same_site(request):
            raise web.HTTPForbidden(text="the form was sent by another site")
        try:
            fields = await request.post()
            form = Form.read(fields)
        except (ValueError, LookupError, RuntimeError) as problem:
            raise web.HTTPBadRequest(text=f"the form cannot be read: {problem}") from None
        return await self._tagged(request, form, as_json=fields.get("as") == "json")

    async def _example(self, request: web.Request) -> web.Response:
        sample = EXAMPLES.get(request.match_info["name"])
        if sample is None or isinstance(sample.event, str):
            raise web.HTTPNotFound(text="there is no such example")
        return await self._tagged(request, Form.of(sample.event), example=sample.shows)

    async def _tagged(self, request: web.Request, form: Form, as_json: bool = False, example: str = "") -> web.Response:
        if wait := self._rate.wait(request.remote or "", time.monotonic()):
            self._metrics.refused("rate")
            return self._later(math.ceil(wait), "You have sent many texts in a short time.")
        answer = await self._desk.tag(form.event())
        if isinstance(answer, Busy):
            return self._later(5, "Many texts are being tagged at the moment.")
        if isinstance(answer, Rejected):
            return _refusal(answer) if as_json else self._form(form, answer)
        if as_json:
            return web.Response(body=answer, content_type="application/json")
        return await self._show("tagged.html", answer, form=form, example=example, max_body=self._max_body)

    def _form(self, form: Form, rejected: Rejected | None = None) -> web.Response:
        return self._html.response(
            "home.html",
            _status(rejected) if rejected else 200,
            form=form,
            rejected=rejected,
            max_body=self._max_body,
            examples=[(name, sample.shows) for name, sample in EXAMPLES.items()],
            **self._wire(most=HEADLINES),
        )

    def _later(self, seconds: int, why: str) -> web.Response:
        text = f"{why} Try again in {seconds} second{'' if seconds == 1 else 's'}."
        response = self._html.response("problem.html", 429, heading="Not so fast", text=text)
        response.headers["Retry-After"] = str(seconds)
        return response

    # --- what comes through ---------------------------------------------------------------------------------------

    async def _live(self, request: web.Request) -> web.Response:
        return self._html.response(
            "live.html", all_themes=self._themes, names=self._feed.recent.names(), **self._wire(*_filters(request))
        )

    async def _part(self, request: web.Request) -> web.Response:
        """What the script asks for every few seconds: the parts of a page that change; 304 where nothing did."""
        most = HEADLINES if "headlines" in request.query else None
        wire = self._wire(*_filters(request), most=most)
        text = self._html.render("part.html", **wire)
        etag = hashlib.sha256(text.encode()).hexdigest()[:20]
        headers = {"Cache-Control": "no-cache", "ETag": f'"{etag}"'}
        if any(tag.value == etag for tag in request.if_none_match or ()):
            return web.Response(status=304, headers=headers)
        return web.Response(text=text, content_type="text/html", headers=headers)

    def _wire(self, theme: str = "", entity: str = "", most: int | None = None) -> dict[str, Any]:
        recent = self._feed.recent
        return {
            "trouble": self._feed.trouble,
            "hour": recent.hour(time.time()),
            "today": time.strftime("%Y-%m-%d", time.gmtime()),
            "items": recent.select(theme, entity, most or SHOWN),
            "theme": theme,
            "entity": entity,
            "headlines": most is not None,
        }

    async def _article(self, request: web.Request) -> web.Response:
        item = self._feed.recent.article(request.match_info["key"])
        if item is None:
            raise web.HTTPNotFound(
                text="this article is not among the newest ones any more, which are all that is kept"
            )
        if item.value is None:
            return self._html.response(
                "problem.html", 410, heading="Retracted by its publisher", text="Nothing of this article is kept."
            )
        if request.query.get("as") == "json":
            headers = {"Content-Disposition": f'attachment; filename="article-{item.key}.json"'}
            return web.Response(body=item.value, content_type="application/json", headers=headers)
        return await self._show("kept.html", item.value, item=item)

    async def _show(self, template: str, value: bytes, **values: Any) -> web.Response:
        """In a thread: a page of half a million characters takes a quarter of a second."""
        return await asyncio.to_thread(self._render, template, value, values)

    def _render(self, template: str, value: bytes, values: dict[str, Any]) -> web.Response:
        record = orjson.loads(value)
        pretty = orjson.dumps(record, option=orjson.OPT_INDENT_2).decode() if len(value) <= JSON_SHOWN else ""
        return self._html.response(template, article=view(record), json=pretty, size=len(value), **values)

    # --- around every request ---------------------------------------------------------------------------------------

    @web.middleware
    async def _watch(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Counts, by the route as it is registered."""
        response = await handler(request)
        resource = request.match_info.route.resource
        self._metrics.answered(resource.canonical if resource else "other", response.status)
        return response

    @web.middleware
    async def _explain(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """What goes wrong is a page, too."""
        try:
            return await handler(request)
        except web.HTTPRedirection:
            raise
        except web.HTTPRequestEntityTooLarge:
            text = f"A text may have up to {self._max_body:,} characters."
            return self._html.response("problem.html", 413, heading="Too long", text=text)
        except web.HTTPException as problem:
            text = problem.text or ""
            return self._problem(problem.status, problem.reason, "" if text.startswith(str(problem.status)) else text)
        except Exception:
            logger.exception("while answering %s", request.path)
            return self._problem(500, "Something went wrong here", "The log says more.")

    def _problem(self, status: int, heading: str, text: str) -> web.Response:
        return self._html.response("problem.html", status, heading=heading, text=text[:1].upper() + text[1:])


def _filters(request: web.Request) -> tuple[str, str]:
    """Theme and entity."""
    return request.query.get("theme", "")[:NAME], request.query.get("entity", "")[:NAME]


def _status(rejected: Rejected) -> int:
    """Whose fault it is, as the vocabulary says."""
    return 422 if FAULTS.get(rejected.reason) == "publisher" else 500


def _refusal(rejected: Rejected) -> web.Response:
    body = orjson.dumps({"reason": rejected.reason, "detail": rejected.detail})
    return web.Response(body=body, status=_status(rejected), content_type="application/json")

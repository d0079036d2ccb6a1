"""The page over real HTTP, with tagging processes that need no language model: what visitors, scripts and attackers get."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from service.model import Rejected
from service.runtime.telemetry.site import Health, Site
from service.runtime.web import desk as desks
from service.runtime.web import pages as page
from service.runtime.web.desk import Desk
from service.runtime.web.feed import Feed
from service.runtime.web.forms import Form
from service.runtime.web.metrics import WebMetrics
from service.runtime.web.pages import Pages
from service.settings import Settings

pytestmark = pytest.mark.asyncio(loop_scope="module")
SETTINGS = Settings(bootstrap_servers="127.0.0.1:1", article_timeout=1.0)


@dataclass
class Served:
    """A page without Kafka, its metrics, and a client."""

    url: str
    http: aiohttp.ClientSession
    metrics: WebMetrics
    before: Counter[str]

    async def tag(self, body: str, headers: dict[str, str] | None = None, **fields: str) -> tuple[int, str, Any]:
        form = aiohttp.FormData({"body": body, **fields}, default_to_multipart=True)
        async with self.http.post(f"{self.url}/tag", data=form, headers=headers) as answer:
            return answer.status, await answer.text(), answer.headers

    async def tag_json(self, body: str, **fields: str) -> tuple[int, Any]:
        status, text, _ = await self.tag(body, **{"as": "json"}, **fields)
        return status, json.loads(text)

    async def get(self, path: str, headers: dict[str, str] | None = None) -> tuple[int, str, Any]:
        async with self.http.get(self.url + path, headers=headers, allow_redirects=False) as answer:
            return answer.status, await answer.text(), answer.headers

    def figure(self, series: str) -> float:
        """By how much it has grown since the test began."""
        return figures(self.metrics)[series] - self.before[series]


def figures(metrics: WebMetrics) -> Counter[str]:
    lines = [line.rpartition(" ") for line in metrics.render()[0].decode().splitlines() if line[0] != "#"]
    return Counter({series: float(value) for series, _, value in lines})  # type: ignore[arg-type]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk() -> AsyncIterator[Desk]:
    """One tagging process for all tests: starting it takes a second."""
    desk = Desk(SETTINGS, WebMetrics(), "tests.chaos.taggers:load")
    await desk.pool.start()
    yield desk
    await desk.stop()


@pytest_asyncio.fixture(loop_scope="module")
async def served(desk: Desk) -> AsyncIterator[Served]:
    metrics = desk.metrics
    pages = Pages(SETTINGS, desk, Feed(SETTINGS, metrics), metrics)
    site = Site("127.0.0.1", 0, metrics, lambda: Health(True, True), "WIRETAG_PAGE_PORT", pages=pages.app)
    url = f"http://127.0.0.1:{await site.start()}"
    async with aiohttp.ClientSession() as http:
        yield Served(url, http, metrics, figures(metrics))
    await site.stop()


async def test_a_text_is_tagged_and_shown(served: Served) -> None:
    status, text, headers = await served.tag("Steel. #tariffs", title="A & B", url="https://a.example/x")
    assert status == 200
    assert "A &amp; B" in text
    assert '<b class="chip">tariffs</b>' in text
    assert '<a href="https://a.example/x"' in text
    assert headers["Cache-Control"] == "no-store"
    assert served.figure('wiretag_web_texts_total{outcome="enriched"}') == 1
    assert served.figure('wiretag_web_requests_total{route="/tag",status="200"}') == 1


async def test_programs_get_the_record_itself(served: Served) -> None:
    status, record = await served.tag_json("one\r\ntwo", published_at="2026-03-10")
    assert status == 200
    assert record["article"]["body"] == "one\ntwo"
    assert record["article"]["published"] == "2026-03-10T00:00:00+00:00"
    assert record["article"]["id"].startswith("pasted:")


@pytest.mark.parametrize(
    ("fields", "status", "reason"),
    [
        ({"body": " \n "}, 422, "empty_body"),
        ({"body": "x" * 500_001}, 422, "body_too_large"),
        ({"body": "x", "title": "x" * 10_001}, 422, "wrong_shape"),
        ({"body": "#raise"}, 500, "tagger_failed"),
        ({"body": "#die"}, 500, "worker_died"),
        ({"body": "#hang"}, 500, "worker_timeout"),
    ],
)
async def test_what_is_refused_says_why_in_the_words_of_dead_letters(
    served: Served, fields: dict[str, str], status: int, reason: str
) -> None:
    assert [(answer[0], answer[1]["reason"]) for answer in [await served.tag_json(**fields)]] == [(status, reason)]
    again, text, _ = await served.tag(**fields)
    assert again == status
    assert f'<span class="code">{reason}</span>' in text
    assert f">\n{fields['body']}</textarea>" in text, "what was pasted is still there"
    assert served.figure(f'wiretag_web_texts_total{{outcome="{reason}"}}') == 2
    assert (await served.tag("Steel."))[0] == 200


async def test_a_form_that_is_too_large_is_not_read(served: Served) -> None:
    status, text, _ = await served.tag("x" * 2_300_000)
    assert status == 413
    assert "up to 500,000 characters" in text


@pytest.mark.parametrize(
    ("content_type", "data"),
    [
        ("multipart/form-data", b"x"),
        ("application/x-www-form-urlencoded; charset=bogus", b"body=x"),
        ("application/x-www-form-urlencoded", b"body=\xff"),
        ('multipart/form-data; boundary="b"', b'--b\r\nContent-Disposition: form-data; name="body"\r\n\r\n\xff\r\n--b--\r\n'),
        ('multipart/form-data; boundary="b"',
         b'--b\r\nContent-Disposition: form-data; name="body"; filename="x"\r\n\r\nx\r\n--b--\r\n'),
    ],
)  # fmt: skip
async def test_a_form_that_cannot_be_read_is_an_error_of_the_sender(
    served: Served, content_type: str, data: bytes
) -> None:
    async with served.http.post(f"{served.url}/tag", data=data, headers={"Content-Type": content_type}) as answer:
        assert answer.status == 400
        assert "The form cannot be read" in await answer.text()


async def test_who_asks_too_often_is_told_when_to_come_back(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [await served.tag("x") for _ in range(page.BURST + 5)]
    status, text, headers = answers[-1]
    assert status == 429
    assert int(headers["Retry-After"]) >= 1
    assert "Try again in" in text
    assert served.figure('wiretag_web_refused_total{reason="rate"}') >= 1
    assert (await served.get("/examples/tariff"))[0] == 429, "an example is a text as well"
    assert (await served.get("/"))[0] == 200


async def test_only_so_many_texts_wait_at_a_time(served: Served) -> None:
    texts = [asyncio.create_task(served.tag("#slow " * 5)) for _ in range(desks.MOST + 4)]
    statuses = sorted([(await text)[0] for text in texts])
    assert statuses[: desks.MOST] == [200] * desks.MOST
    assert statuses[-1] == 429
    assert served.figure('wiretag_web_refused_total{reason="busy"}') >= 1
    assert (await served.tag("x"))[0] == 200


async def test_who_waits_when_the_page_is_stopped_is_told() -> None:
    desk = Desk(SETTINGS, WebMetrics(), "tests.chaos.taggers:load")  # its process is still loading
    waiting = asyncio.create_task(desk.tag(Form(body="x").event()))
    await asyncio.sleep(0)
    await desk.stop()
    assert await waiting == Rejected("worker_died", "the page is being stopped")


async def test_every_answer_is_guarded(served: Served) -> None:
    for path in (
        "/",
        "/live",
        "/live/part",
        "/static/style.css",
        "/static/nothing.js",
        "/nothing",
        "/metrics",
        "/healthz",
    ):
        _, _, headers = await served.get(path)
        assert "default-src 'none'" in headers["Content-Security-Policy"], path
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/", {"Host": "evil.example"}, 421),
        ("/metrics", {"Host": "evil.example"}, 421),
        ("/nothing", {}, 404),
        ("/static/..%2fpages.py", {}, 404),
        ("/examples/broken", {}, 404),
        ("/articles/nobody", {}, 404),
        ("/tag", {}, 303),
    ],
)
async def test_what_is_not_there_is_told(served: Served, path: str, headers: dict[str, str], status: int) -> None:
    assert (await served.get(path, headers))[0] == status


async def test_another_site_cannot_send_the_form(served: Served) -> None:
    status, text, _ = await served.tag("x", headers={"Sec-Fetch-Site": "cross-site"})
    assert status == 403
    assert "another site" in text


async def test_without_kafka_the_page_says_so(served: Served) -> None:
    status, text, _ = await served.get("/live?theme=%22%3E%3Cscript%3E&entity=%27%3Cb%3E")
    assert status == 200
    assert "Nothing new at the moment" in text
    assert "<script>" not in text
    assert "<b>" not in text


async def test_the_part_that_changes_is_sent_only_if_it_did(served: Served) -> None:
    status, text, headers = await served.get("/live/part?headlines=1")
    assert status == 200
    assert "<html" not in text
    assert (await served.get("/live/part?headlines=1", {"If-None-Match": headers["ETag"]}))[0] == 304
    assert (await served.get("/live/part", {"If-None-Match": headers["ETag"]}))[0] == 200


async def test_static_files_change_their_address_with_their_content(served: Served) -> None:
    _, text, _ = await served.get("/")
    address = text.split('rel="stylesheet" href="')[1].split('"')[0]
    status, style, headers = await served.get(address)
    assert (status, headers["Content-Type"]) == (200, "text/css; charset=utf-8")
    assert "immutable" in headers["Cache-Control"]
    assert "prefers-color-scheme" in style

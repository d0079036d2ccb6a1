"""The operators' site over real HTTP: what probes, scrapers and people get."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
import pytest

from service.errors import WiretagError
from service.runtime.telemetry.metrics import Metrics
from service.runtime.telemetry.site import Health, Site

WELL = Health(live=True, ready=True)


@dataclass
class Running:
    """A site and what its health is to be."""

    health: Health
    url: str = ""


@pytest.fixture
async def running() -> AsyncIterator[Running]:
    state = Running(WELL)
    site = Site("127.0.0.1", 0, Metrics(), lambda: state.health)
    state.url = f"http://127.0.0.1:{await site.start()}"
    yield state
    await site.stop()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.mark.parametrize(
    ("path", "health", "status", "body"),
    [
        ("/healthz", WELL, 200, {"live": True, "reasons": []}),
        ("/readyz", WELL, 200, {"ready": True, "reasons": []}),
        ("/healthz", Health(True, False, ("loading",)), 200, {"live": True, "reasons": ["loading"]}),
        ("/readyz", Health(True, False, ("loading",)), 503, {"ready": False, "reasons": ["loading"]}),
        ("/healthz", Health(False, True, ("stalled",)), 503, {"live": False, "reasons": ["stalled"]}),
        ("/readyz", Health(False, True, ("stalled",)), 503, {"ready": False, "reasons": ["stalled"]}),
    ],
)
async def test_the_verdicts(
    running: Running, http: aiohttp.ClientSession, path: str, health: Health, status: int, body: object
) -> None:
    running.health = health
    async with http.get(running.url + path) as response:
        assert response.status == status
        assert response.content_type == "application/json"
        assert await response.json() == body


async def test_metrics_tell_the_health_of_this_moment(running: Running, http: aiohttp.ClientSession) -> None:
    running.health = Health(True, False, ("loading",))
    async with http.get(running.url + "/metrics") as response:
        lines = (await response.text()).splitlines()
    assert "wiretag_live 1.0" in lines
    assert "wiretag_ready 0.0" in lines


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("application/openmetrics-text;version=1.0.0,text/plain;q=0.5", "application/openmetrics-text"),
        ("*/*", "text/plain"),
        ("application/openmetrics-text;version=x", "application/openmetrics-text"),
    ],
)
async def test_the_format_is_negotiated(
    running: Running, http: aiohttp.ClientSession, accept: str, content_type: str
) -> None:
    async with http.get(running.url + "/metrics", headers={"Accept": accept}) as response:
        assert (response.status, response.content_type) == (200, content_type)


@pytest.mark.parametrize("path", ["/metrics", "/healthz", "/readyz"])
async def test_head_is_get_without_the_body(running: Running, http: aiohttp.ClientSession, path: str) -> None:
    async with http.head(running.url + path) as response:
        assert response.status == 200
        assert await response.read() == b""


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/", 404), ("GET", "/table", 404), ("POST", "/metrics", 405)]
)
async def test_nothing_else_is_served(
    running: Running, http: aiohttp.ClientSession, method: str, path: str, status: int
) -> None:
    async with http.request(method, running.url + path) as response:
        assert response.status == status


async def test_a_port_that_is_taken_is_named(running: Running) -> None:
    port = int(running.url.rpartition(":")[2])
    with pytest.raises(WiretagError, match=f"127.0.0.1:{port} .*WIRETAG_WEB_PORT"):
        await Site("127.0.0.1", port, Metrics(), lambda: WELL).start()


async def test_the_setting_that_is_told_is_the_processs_own(running: Running) -> None:
    port = int(running.url.rpartition(":")[2])
    with pytest.raises(WiretagError, match="WIRETAG_DUPLICATES_PORT"):
        await Site("127.0.0.1", port, Metrics(), lambda: WELL, "WIRETAG_DUPLICATES_PORT").start()


async def test_a_stopped_site_gives_its_port_back() -> None:
    first = Site("127.0.0.1", 0, Metrics(), lambda: WELL)
    port = await first.start()
    await first.stop()
    second = Site("127.0.0.1", port, Metrics(), lambda: WELL)
    assert await second.start() == port
    await second.stop()


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE"])
async def test_nothing_can_be_sent_or_changed(running: Running, http: aiohttp.ClientSession, method: str) -> None:
    async with http.request(method, f"{running.url}/metrics", data=b"x" * 2_000_000) as response:
        assert response.status == 405


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/metrics?" + "x" * 3_000, {}),
        ("/metrics", {"X-Long": "x" * 5_000}),
        ("/metrics", {f"X-{n}": "x" for n in range(99)}),
    ],
    ids=["address", "header", "headers"],
)
async def test_a_request_is_small(
    running: Running, http: aiohttp.ClientSession, path: str, headers: dict[str, str]
) -> None:
    async with http.get(running.url + path, headers=headers) as response:
        assert response.status == 400

"""Who may ask: by the name that is asked for, and by where a form comes from."""

from __future__ import annotations

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from service.runtime.web import guard


@pytest.mark.parametrize(
    ("listening", "host", "answered"),
    [
        ("127.0.0.1", "127.0.0.1:8088", True),
        ("127.0.0.1", "localhost", True),
        ("::1", "[::1]:8088", True),
        ("localhost", "wiretag.localhost:1", True),
        ("127.0.0.1", "evil.example", False),
        ("127.0.0.1", "127.0.0.1.evil.example", False),
        ("127.0.0.1", "[", False),
        ("127.0.0.1", "", False),
        ("0.0.0.0", "news.example", True),
    ],
)
async def test_on_this_machine_only_its_own_names(listening: str, host: str, answered: bool) -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.Response()

    request = make_mocked_request("GET", "/", headers={"Host": host})
    check = guard.known_host(listening)
    if answered:
        assert (await check(request, handler)).status == 200
    else:
        with pytest.raises(web.HTTPMisdirectedRequest):
            await check(request, handler)


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({}, True),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://proxy.example"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://a.example"}, False),
        ({"Origin": "http://a.example"}, True),
        ({"Origin": "http://b.example"}, False),
        ({"Origin": "null"}, False),
    ],
)
def test_forms_come_from_our_own_page_or_from_none(headers: dict[str, str], ours: bool) -> None:
    assert guard.same_site(make_mocked_request("POST", "/tag", headers={"Host": "a.example", **headers})) == ours

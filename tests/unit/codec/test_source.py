"""Whose an event is."""

from __future__ import annotations

from typing import Any

import pytest

from service.codec import source


@pytest.mark.parametrize(
    ("fields", "domain"),
    [
        ({"id": "a.example:1", "url": "https://b.example/", "source": {"domain": "C.Example"}}, "c.example"),
        ({"id": "a.example:1", "url": "https://User@B.example:8080/x"}, "b.example"),
        ({"id": "a.example/2026/03/10"}, "a.example"),
        ({"id": "a.example"}, "a.example"),
        ({"id": "17", "source": {"domain": 5}}, "key.example"),
        ({"id": "17", "source": "text", "url": "http://[half"}, "key.example"),
        ({"id": "version.1.2/3"}, "version.1.2"),
    ],
)
def test_the_payload_tells_or_else_the_key(raw: Any, fields: dict[str, Any], domain: str) -> None:
    assert source(raw(key=b"key.example:1", **fields)) == domain


@pytest.mark.parametrize("value", [b"\xff", b"{", b"[1]", None, b""])
def test_of_what_cannot_be_read_the_key_tells(raw: Any, value: bytes | None) -> None:
    assert source(raw(value, key=b"key.example/1")) == "key.example"
    assert source(raw(value, key=None)) == ""
    assert source(raw(value, key=b"\xff\x1b[2Jno domain")) == ""


def test_a_structured_cloud_event_is_looked_into(raw: Any) -> None:
    assert source(raw(specversion="1.0", id="e", data={"id": "a.example:1"})) == "a.example"


def test_a_domain_is_bounded(raw: Any) -> None:
    assert source(raw(id="a" * 5000 + ".example")) == ""
    assert len(source(raw(id="a.example" + ".b" * 5000))) <= 253

"""Who sent it: by the key whatever the value is, else by the payload; short and harmless whatever they hold."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.codec import Limits, Versions, decode, encode, producer
from service.codec.producer import LONGEST
from service.model import Rejected

LABEL = re.compile(r"[a-z0-9.-]{1,100}")


@pytest.mark.parametrize(
    ("key", "found"),
    [
        (b"example.org:123", "example.org"),
        (b"example.org/2026/03/10/steel", "example.org"),
        (b"News.Example.ORG:1", "news.example.org"),
        (b"www.example.org|7", "example.org"),
        (b"https://www.example.org/a?b", "example.org"),
        (b"https://example.org:8443/a", "example.org"),
        (b"xn--mller-kva.example:1", "xn--mller-kva.example"),
        (b"example.org", "example.org"),
        (None, "unknown"),
        (b"", "unknown"),
        (b"123", "unknown"),
        (b"10.0.0.1:5", "unknown"),
        (b"3.14", "unknown"),
        (b"url:0123456789abcdef", "unknown"),
        (b"jane.doe@example.org", "unknown"),
        (b"0b46a2c1-8f5e-4f5e-9f1a-1e0a7c0a3b11", "unknown"),
        (b"\xff\xfe\x00", "unknown"),
        (b'a.b"} 1\nwiretag_live{x="', "unknown"),
        ("müller.example:1".encode(), "unknown"),
    ],
)
def test_by_the_key(key: bytes | None, found: str) -> None:
    assert producer(key) == found


@pytest.mark.parametrize(
    ("payload", "found"),
    [
        ({"id": "example.org:1", "source": {"domain": "other.example"}}, "example.org"),
        ({"id": "17", "source": {"domain": "other.example"}, "url": "https://third.example/"}, "other.example"),
        ({"source": {"name": "Other"}, "url": "https://third.example/a"}, "third.example"),
        ({"id": 17, "source": "other.example", "url": None}, "unknown"),
        ({"source": {"domain": ["other.example"]}}, "unknown"),
        (["example.org"], "unknown"),
        (Rejected("not_json", "why"), "unknown"),
        (None, "unknown"),
    ],
)
def test_by_the_payload_where_the_key_tells_nothing(payload: Any, found: str) -> None:
    assert producer(b"17", payload) == found
    assert producer(b"first.example:17", payload) == "first.example"


@given(st.binary() | st.text().map(str.encode), st.text())
def test_whatever_comes_the_label_is_short_and_plain(key: bytes, text: str) -> None:
    for found in (producer(key), producer(None, {"id": text, "source": {"domain": text}, "url": text})):
        assert LABEL.fullmatch(found)


def test_a_host_without_end_is_cut() -> None:
    assert len(producer(b"a." * 1_000_000 + b"example:1")) <= LONGEST
    assert producer(b"a" * 1_000_000) == "unknown"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (b"{", "not_json"),
        (b'{"url": "https://third.example/a"}', "no_body"),
        (b'{"id": "a", "body": 7, "source": {"domain": "third.example"}}', "wrong_shape"),
        (b'{"specversion": "1.0", "data": {"id": "third.example:1"}}', "no_body"),
    ],
)
def test_a_dead_letter_has_the_producer_of_key_or_payload(raw: Any, value: bytes, reason: str) -> None:
    for key, expected in ((b"first.example:1", "first.example"), (None, "third.example")):
        event = raw(value, key=key)
        outcome = decode(event, Limits())
        assert isinstance(outcome, Rejected)
        report = encode(event, outcome, Versions("p", "t"), Limits()).report
        assert (report.outcome, report.reason) == ("dead", reason)
        assert report.producer == ("unknown" if reason == "not_json" and key is None else expected)


def test_every_outcome_has_its_producer(raw: Any, enriched: Any) -> None:
    versions = Versions("p", "t", ("trade",))
    good = encode(raw(), enriched, versions, Limits()).report
    large = encode(raw(), enriched, versions, Limits(enriched=1)).report
    retraction = raw(id="third.example:1", status="retracted")
    gone = encode(retraction, decode(retraction, Limits()), versions, Limits()).report  # type: ignore[arg-type]
    tombstone = raw(None, key=b"third.example:1")
    nothing = encode(tombstone, decode(tombstone, Limits()), versions, Limits()).report  # type: ignore[arg-type]
    assert [report.outcome for report in (good, large, gone, nothing)] == ["enriched", "dead", "retracted", "tombstone"]
    assert (good.producer, large.producer) == ("harbour.example", "harbour.example")
    assert (gone.producer, nothing.producer) == ("third.example", "third.example")

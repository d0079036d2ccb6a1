"""What is read of an enriched record, and what is written of a decision. The examples are in tests/contract."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.codec import Limits, Versions, encode
from service.codec.duplicates import LONGEST_DOMAIN, read, sight, write
from service.model import (
    Article,
    Enriched,
    Enrichment,
    Language,
    Link,
    Outcome,
    RawEvent,
    Rejected,
    Retracted,
    Sighting,
    Standing,
)

TIME = 1_772_668_800_417
TRACE = (("traceparent", b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),)


def published(outcome: Outcome) -> RawEvent:
    """As it stands in articles.enriched, two seconds later."""
    raw = RawEvent("articles.raw", 1, 2, TIME, b"x.example/1", b"", TRACE)
    message = encode(raw, outcome, Versions("p", "t", ()), Limits()).messages[0]
    return RawEvent("articles.enriched", 5, 77, TIME + 2000, message.key, message.value, message.headers)


def article(**passed: Any) -> RawEvent:
    tags = Enrichment(Language("en", 1.0), (), (), (), (), (), "m1:1f:abc", {})
    return published(Enriched(Article("x.example/1", "Text.", passthrough=passed), tags))


def test_what_is_read_of_an_article() -> None:
    found = sight(article(source={"name": "X", "domain": "x.example"}))
    assert found == Sighting(
        "articles.enriched/5/77", 77, TIME + 2000, "x.example/1", TIME, False, "m1:1f:abc", None, "x.example", TRACE
    )


@pytest.mark.parametrize(
    ("passed", "domain"),
    [
        ({"source": {"domain": "A.example"}, "url": "https://b.example/1"}, "A.example"),
        ({"source": {"name": "A"}, "url": "https://www.b.example/1"}, "b.example"),
        ({"url": 7}, "x.example"),
        ({}, "x.example"),
    ],
)
def test_the_outlet_is_told_by_source_url_or_id(passed: dict[str, Any], domain: str) -> None:
    found = sight(article(**passed))
    assert isinstance(found, Sighting)
    assert found.domain == domain


def test_what_is_read_of_a_retraction() -> None:
    found = sight(published(Retracted("x.example/1")))
    assert isinstance(found, Sighting)
    assert (found.id, found.retracted, found.fingerprint, found.time) == ("x.example/1", True, "", TIME)


def test_long_domains_and_tracing_headers_are_not_carried_on() -> None:
    event = article(source={"domain": "x" * 5000})
    found = sight(
        RawEvent(
            *[getattr(event, name) for name in ("topic", "partition", "offset", "timestamp", "key", "value")],
            headers=(*event.headers[:-1], ("tracestate", b"x" * 5000)),
        )
    )
    assert isinstance(found, Sighting)
    assert (len(found.domain or ""), found.tracing) == (LONGEST_DOMAIN, ())


@pytest.mark.parametrize("value", [None, b"", b"{", b"[]", b"{}", b'{"article": {"id": "x"}}', b'"text"'])
def test_what_is_no_enriched_record_is_told(value: bytes | None) -> None:
    event = RawEvent("articles.enriched", 0, 0, 0, b"x", value, article().headers)
    assert isinstance(sight(event), Rejected)
    assert isinstance(read(event), Rejected)


@pytest.mark.parametrize(
    "wrong",
    [
        {"article": {"id": ["x"]}},
        {"article": {"id": "x" * 2000}},
        {"article": {"id": "x", "source": {"domain": ["x.example"]}}},
        {"article": {"id": "x", "published": 7}},
        {"article": {"id": "x"}, "fingerprint": 7},
    ],
)
def test_values_of_another_type_are_no_enriched_record(wrong: dict[str, Any]) -> None:
    value = json.dumps({"status": "published", **wrong}).encode()
    assert isinstance(sight(RawEvent("articles.enriched", 0, 0, 0, b"x", value, article().headers)), Rejected)


@pytest.mark.parametrize("wrong", [{"id": ["x"]}, {"fingerprint": 7}, {"duplicate_of": {}}, {"domain": []}])
def test_values_of_another_type_are_no_decision(wrong: dict[str, Any]) -> None:
    link = Link("y", 0.5, "near", TIME, None, None)
    standing = Standing("x", "duplicate", TIME, TIME, "", None, None, link)
    message = write(standing, Sighting("a/3/4", 4, 0, "y", 0, False, ""), "articles.duplicates")
    value = json.dumps(json.loads(message.value or b"") | wrong).encode()
    assert isinstance(read(RawEvent("articles.duplicates", 0, 0, 0, b"x", value, message.headers)), Rejected)


TEXT = st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
MOMENT = st.integers(0, 4_000_000_000_000)
LINK = st.builds(
    Link,
    st.text(min_size=1, max_size=5),
    st.sampled_from([0.5, 0.8123, 1.0]),
    st.sampled_from(["near", "exact"]),
    MOMENT,
    TEXT,
    TEXT,
)
STANDING = st.builds(
    Standing,
    id=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8),
    status=st.sampled_from(["original", "duplicate", "unchecked", "retracted"]),
    time=MOMENT,
    first_seen=MOMENT,
    fingerprint=st.sampled_from(["", "m1:1f:abc"]),
    published=TEXT,
    domain=TEXT,
    link=st.none() | LINK,
)


@given(STANDING)
def test_what_is_written_is_read_again(standing: Standing) -> None:
    """Or a restart would go on from something else than what was decided."""
    message = write(standing, Sighting("a/b/3/4", 4, 0, "y", 0, False, ""), "articles.duplicates")
    assert read(RawEvent("articles.duplicates", 0, 0, 0, message.key, message.value, message.headers)) == standing
    assert json.loads(message.value or b"")["processing"]["source"] == {"topic": "a/b", "partition": 3, "offset": 4}

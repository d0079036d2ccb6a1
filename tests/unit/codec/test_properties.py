"""Whatever comes in: nothing raises, and what is text comes out as it came in."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from service.codec import Limits, Versions, decode, encode, identify
from service.model import Article, Enriched, Enrichment, Entity, Language, Mention, RawEvent, Rejected
from topics import catalogue

LIMITS = Limits(body=2_000)
VERSIONS = Versions(pipeline="p", taxonomy="t", themes=("trade",))
REASONS = {reason.name for reason in catalogue.reasons()}

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
FIELDS = ("id", "url", "body", "title", "status", "published_at", "source", "metadata", "author", "data", "data_base64")
RECORD = st.dictionaries(st.sampled_from(FIELDS), JSON | TEXT, max_size=8)
HEADERS = st.lists(
    st.tuples(
        st.sampled_from(["content-type", "traceparent", "x"]), st.binary() | st.just(b"application/cloudevents+json")
    )
)
NEARLY_JSON = RECORD.map(lambda record: json.dumps(record).encode())
DAMAGED = st.tuples(NEARLY_JSON, st.binary(max_size=3), st.integers(0, 200)).map(
    lambda drawn: drawn[0][: drawn[2]] + drawn[1] + drawn[0][drawn[2] :]
)
VALUES = st.none() | st.binary() | NEARLY_JSON | DAMAGED


def raw(value: bytes | None, headers: Any = (), key: bytes | None = None, timestamp: int = 0) -> RawEvent:
    return RawEvent("articles.raw", 0, 0, timestamp, key, value, tuple(headers))


def no_tags(article: Article) -> Enriched:
    return Enriched(article, Enrichment(Language("und", 0.0), (), (), (), (), (), "", {}))


@given(value=VALUES, headers=HEADERS, key=st.none() | st.binary(), timestamp=st.integers(-(2**63), 2**63 - 1))
def test_no_bytes_raise(value: bytes | None, headers: Any, key: bytes | None, timestamp: int) -> None:
    event = raw(value, headers, key, timestamp)
    decoded = decode(event, LIMITS)
    identity = identify(event, LIMITS)
    outcome = no_tags(decoded) if isinstance(decoded, Article) else decoded
    processed = encode(event, outcome, VERSIONS, LIMITS)
    assert processed.report.outcome in {"enriched", "retracted", "dead", "tombstone"}
    assert (identity is not None) == (processed.report.outcome in {"enriched", "retracted"})
    if isinstance(decoded, Rejected):
        assert decoded.reason in REASONS
        assert [(m.key, m.value) for m in processed.messages] == [(key, value)]
    for message in processed.messages:
        assert all(isinstance(content, bytes) for _, content in message.headers)


@given(
    identifier=TEXT.filter(lambda text: text.strip()),
    title=TEXT,
    body=TEXT.filter(lambda text: text.strip()),
    ascii=st.booleans(),
)
def test_any_text_survives(identifier: str, title: str, body: str, ascii: bool) -> None:  # noqa: A002
    value = json.dumps({"id": identifier, "title": title, "body": body}, ensure_ascii=ascii).encode()
    event = raw(value)
    article = decode(event, LIMITS)
    assert isinstance(article, Article)
    message = encode(event, no_tags(article), VERSIONS, LIMITS).messages[0]
    out = json.loads(message.value or b"")["article"]
    assert (out["id"], out["title"], out["body"]) == (identifier, title, body)
    assert message.key == identifier.encode()


@given(body=TEXT.filter(lambda text: text.strip()), data=st.data())
def test_offsets_hold_in_what_comes_out(body: str, data: st.DataObject) -> None:
    event = raw(json.dumps({"id": "a", "body": body}).encode())
    article = decode(event, LIMITS)
    assert isinstance(article, Article)
    start = data.draw(st.integers(0, len(body) - 1))
    end = data.draw(st.integers(start + 1, len(body)))
    mention = Mention("body", start, end, body[start:end], "ORG", 0)
    found = Enrichment(Language("en", 1.0), (), (Entity("e0", "x", "ORG", 1.0, (mention,)),), (), (), (), "", {})
    record = json.loads(encode(event, Enriched(article, found), VERSIONS, LIMITS).messages[0].value or b"")
    told = record["entities"][0]["mentions"][0]
    assert record["article"][told["field"]][told["start"] : told["end"]] == told["text"]


@given(metadata=st.dictionaries(TEXT, st.integers(-(2**63), 2**64 - 1) | TEXT | st.booleans() | st.none()))
def test_metadata_survives(metadata: dict[str, Any]) -> None:
    event = raw(json.dumps({"id": "a", "body": "B", "metadata": metadata}).encode())
    article = decode(event, LIMITS)
    assert isinstance(article, Article)
    message = encode(event, no_tags(article), VERSIONS, LIMITS).messages[0]
    assert json.loads(message.value or b"")["article"]["metadata"] == metadata

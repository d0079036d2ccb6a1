from __future__ import annotations

import base64
import json
from base64 import b64encode
from typing import Any

import pytest

from service.codec import Limits, decode, identify
from service.model import Article, RawEvent, Rejected, Retracted, Tombstone
from topics import catalogue

LIMITS = Limits(body=100)
STRUCTURED = (("content-type", b"application/cloudevents+json; charset=UTF-8"),)
REASONS = {reason.name for reason in catalogue.reasons()}


def rejected(event: RawEvent) -> Rejected:
    found = decode(event, LIMITS)
    assert isinstance(found, Rejected), found
    assert found.reason in REASONS
    assert identify(event, LIMITS) is None
    return found


def accepted(event: RawEvent) -> Article:
    found = decode(event, LIMITS)
    assert isinstance(found, Article), found
    return found


def test_a_full_article(raw: Any) -> None:
    copied = {
        "url": "https://harbour.example/a",
        "source": {"name": "Harbour Times", "domain": "harbour.example"},
        "language": "en",
        "author": "R. Ito",
        "section": "Business",
        "scraped_at": "2025-02-04T10:00:00Z",
        "metadata": {"run": 7, "tags": ["a", None]},
    }
    found = accepted(raw(id="a", title="T", body="B", published_at="2025-02-04", status="published", **copied))
    assert (found.id, found.title, found.body, found.published_at, found.flags) == ("a", "T", "B", "2025-02-04", ())
    assert found.published is not None
    assert found.published.isoformat() == "2025-02-04T00:00:00+00:00"
    assert found.passthrough == copied


def test_null_means_absent_and_unknown_fields_are_ignored(raw: Any) -> None:
    nothing = dict.fromkeys(("title", "published_at", "source", "language", "author", "section", "status", "metadata"))
    found = accepted(raw(id="a", url=None, body="B", **nothing, summary=["whatever"], source_id=4))
    assert found == Article(id="a", body="B")


def test_of_the_source_only_what_is_known_is_copied(raw: Any) -> None:
    source = {"name": "Harbour Times", "domain": None, "rank": 3}
    assert accepted(raw(id="a", body="B", source=source)).passthrough == {"source": {"name": "Harbour Times"}}


@pytest.mark.parametrize(
    "text", ["\x00\x01\x7f", "e\u0301\u200b\ufeff\u202e", "\U0001f468\u200d\U0001f469 \uffff", "東京"]
)
def test_odd_characters_are_kept(raw: Any, text: str) -> None:
    found = accepted(raw(id="a", body=text, title=text))
    assert (found.body, found.title) == (text, text)


@pytest.mark.parametrize("text", ["2025-02-31", "soon", "0001-01-01T00:00:00"])
def test_an_impossible_date_is_kept_and_flagged(raw: Any, text: str) -> None:
    found = accepted(raw(id="a", body="B", published_at=text))
    assert (found.published_at, found.published, found.flags) == (text, None, ("published_at_unreadable",))


def test_an_empty_date_is_no_date(raw: Any) -> None:
    assert accepted(raw(id="a", body="B", published_at="")).flags == ()


def test_a_null_value_is_a_tombstone(raw: Any) -> None:
    assert decode(raw(None), LIMITS) == Tombstone()
    assert identify(raw(None)) is None


def test_a_retraction_needs_no_body(raw: Any) -> None:
    assert decode(raw(id="a", status="retracted", body=" "), LIMITS) == Retracted("a")
    by_url = decode(raw(url="https://harbour.example/a", status="retracted", metadata={"why": "error"}), LIMITS)
    assert isinstance(by_url, Retracted)
    assert by_url.article_id.startswith("url:")
    assert by_url.passthrough == {"url": "https://harbour.example/a", "metadata": {"why": "error"}}


@pytest.mark.parametrize(
    ("fields", "reason", "detail"),
    [
        ({"body": "B"}, "no_identity", "neither id nor url"),
        ({"id": " ", "body": "B"}, "no_identity", "neither id nor url"),
        ({"id": "a"}, "no_body", "body is missing"),
        ({"id": "a", "body": None}, "no_body", "body is missing"),
        ({"id": "a", "body": ""}, "empty_body", "body is empty"),
        ({"id": "a", "body": " \n\t\u3000"}, "empty_body", "white space"),
        ({"id": "a", "body": "x" * 101}, "body_too_large", "body has 101 code points, at most 100 are allowed"),
        ({"id": 7, "body": "B"}, "wrong_shape", "id: a string is expected, a number was found"),
        ({"id": "a", "body": ["B"]}, "wrong_shape", "body: a string is expected, an array was found"),
        ({"id": "a", "body": "B", "title": True}, "wrong_shape", "title: a string is expected, a boolean"),
        ({"id": "a", "body": "B", "metadata": []}, "wrong_shape", "metadata: an object is expected, an array"),
        (
            {"id": "a", "body": "B", "source": {"name": {}}},
            "wrong_shape",
            "source.name: a string is expected, an object",
        ),
        ({"id": "a", "body": "B", "published_at": 1738661400}, "wrong_shape", "published_at: a string is expected"),
        (
            {"id": "a", "body": "B", "status": "draft"},
            "wrong_shape",
            "status: 'published' or 'retracted' is expected",
        ),
        ({"id": "x" * 1001, "body": "B"}, "wrong_shape", "id: at most 1000 characters are allowed, a string of 1001"),
        ({"id": "a", "body": "B", "title": "x" * 10_001}, "wrong_shape", "title: at most 10000 characters are"),
        ({"id": 1, "body": 2}, "wrong_shape", "; body: "),
        ({"specversion": "1.0", "id": "1"}, "no_body", "body is missing"),
    ],
)
def test_reasons(raw: Any, fields: dict[str, Any], reason: str, detail: str) -> None:
    found = rejected(raw(**fields))
    assert found.reason == reason
    assert detail in found.detail


@pytest.mark.parametrize("body", [None, "", "x" * 101])
def test_whose_article_has_no_good_body_is_known(raw: Any, body: str | None) -> None:
    assert rejected(raw(id="a", body=body)).article == "a"
    assert rejected(raw(url="https://harbour.example/a", body=body)).article is not None


@pytest.mark.parametrize(
    "fields", [{"body": "x" * 101}, {"body": None, "other": 7}, {"title": "", "published_at": "?"}]
)
def test_what_else_a_retraction_says_does_no_harm(raw: Any, fields: dict[str, Any]) -> None:
    assert decode(raw(id="a", status="retracted", **fields), LIMITS) == Retracted("a")


def test_a_retraction_of_another_shape_is_a_dead_letter_like_any_article(raw: Any) -> None:
    assert rejected(raw(id="a", status="retracted", body=5)).reason == "wrong_shape"
    assert rejected(raw(status="retracted")).reason == "no_identity"


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (b"[]", "an array"),
        (b'"text"', "a string of 4 characters"),
        (b"null", "null"),
        (b"1", "a number"),
        (b"true", "a bool"),
    ],
)
def test_only_an_object_is_an_article(raw: Any, value: bytes, found: str) -> None:
    answer = rejected(raw(value))
    assert answer.reason == "wrong_shape"
    assert found in answer.detail


def test_the_detail_of_a_wrong_shape_does_not_quote_the_text(raw: Any) -> None:
    assert "secret" not in rejected(raw(id="a", body={"text": "secret"})).detail


# --- CloudEvents ------------------------------------------------------------------------------------------------------

ARTICLE = {"id": "a", "body": "B"}
ENVELOPE = {"specversion": "1.0", "id": "not this one", "source": "/s", "type": "t"}


@pytest.mark.parametrize("name", ["content-type", "Content-Type"])
def test_binary_mode_is_plain_json_with_headers(raw: Any, name: str) -> None:
    headers = ((name, b"application/json"), ("ce_id", b"7"), ("ce_specversion", b"1.0"))
    assert accepted(raw(json.dumps(ARTICLE).encode(), headers)).id == "a"


@pytest.mark.parametrize(
    "data", [{"data": ARTICLE}, {"data_base64": base64.b64encode(json.dumps(ARTICLE).encode()).decode()}]
)
@pytest.mark.parametrize("name", ["content-type", "Content-Type", "another"])
def test_structured_mode_by_content_type_or_by_its_shape(raw: Any, data: dict[str, Any], name: str) -> None:
    headers = (("other", b"x"), (name, STRUCTURED[0][1]))
    assert accepted(raw(headers=headers, **ENVELOPE, **data)) == Article(id="a", body="B")


def test_an_article_may_have_fields_of_an_envelope(raw: Any) -> None:
    assert accepted(raw(id="b", body="mine", specversion="1.0", data=ARTICLE)) == Article(id="b", body="mine")


@pytest.mark.parametrize(
    ("envelope", "detail"),
    [
        (ENVELOPE, "data: missing"),
        ({**ENVELOPE, "data": None}, "data: missing"),
        ({**ENVELOPE, "data": "text"}, "a JSON object is expected, a string"),
        ({**ENVELOPE, "data_base64": "%%%"}, "data_base64: not base64"),
        ({**ENVELOPE, "data_base64": "é"}, "data_base64: not base64"),
        ([ENVELOPE], "a CloudEvent (a JSON object) is expected, an array"),
    ],
)
def test_envelopes_without_an_article(raw: Any, envelope: Any, detail: str) -> None:
    found = rejected(raw(json.dumps(envelope).encode(), STRUCTURED))
    assert found.reason == "wrong_shape"
    assert detail in found.detail


def test_broken_json_within_an_envelope(raw: Any) -> None:
    data = base64.b64encode(b'{"id": "\xff').decode()
    assert rejected(raw(headers=STRUCTURED, **ENVELOPE, data_base64=data)).reason == "not_utf8"


def test_a_header_without_a_value_is_no_content_type(raw: Any) -> None:
    headers: Any = (("content-type", None),)
    assert accepted(raw(json.dumps(ARTICLE).encode(), headers)).id == "a"


# --- identify ---------------------------------------------------------------------------------------------------------


def test_a_repetition_has_the_same_identity(raw: Any) -> None:
    first, again = identify(raw(id="a", body="B")), identify(raw(id="a", body="B", headers=(("x", b"y"),)))
    assert first is not None
    assert first == again
    assert first[0] == "a"


@pytest.mark.parametrize(
    "other", [{"id": "a", "body": "C"}, {"id": "b", "body": "B"}, {"id": "a", "body": "B", "x": 1}]
)
def test_another_payload_has_another_identity(raw: Any, other: dict[str, Any]) -> None:
    assert identify(raw(id="a", body="B")) != identify(raw(**other))


def test_the_payload_is_the_json_not_its_bytes(raw: Any) -> None:
    assert identify(raw(b'{"id": "a", "body": "\\u00e9"}')) == identify(raw('{"id":"a","body":"é"}'.encode()))


def test_the_envelope_is_no_part_of_the_payload(raw: Any) -> None:
    times = [raw(headers=STRUCTURED, **ENVELOPE, time=time, data=ARTICLE) for time in ("10:00", "11:00")]
    assert identify(times[0]) == identify(times[1])
    assert identify(raw(headers=STRUCTURED, **ENVELOPE, data={**ARTICLE, "body": "C"})) != identify(times[0])


def test_a_retraction_has_an_identity(raw: Any) -> None:
    assert identify(raw(id="a", status="retracted")) is not None


def test_what_is_slow_to_read_is_not_identified(raw: Any) -> None:
    """In the caller's event loop; it is accepted all the same."""
    event = raw(id="a", body="B", metadata={"rows": [[]] * 30_000})
    assert identify(event) is None
    assert isinstance(decode(event, LIMITS), Article)


def test_what_base64_hides_is_not_read_by_who_must_not_wait(raw: Any) -> None:
    article = {"id": "a", "body": "B", "metadata": {"deep": [[]] * 40_000}}
    hidden = raw(specversion="1.0", id="e", data_base64=b64encode(json.dumps(article).encode()).decode())
    assert identify(hidden) is None
    small = raw(specversion="1.0", id="e", data_base64=b64encode(json.dumps(ARTICLE).encode()).decode())
    assert identify(small) is not None

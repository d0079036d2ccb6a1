"""A raw event -> the article in it, or the one reason why there is none."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import replace
from typing import Any, NamedTuple

import orjson
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from service.codec import dates
from service.codec.identity import article_id
from service.codec.limits import Limits
from service.codec.payload import brackets, parse
from service.codec.producer import UNKNOWN, producer
from service.model import Article, RawEvent, Rejected, Retracted, Tombstone
from topics.records import RawArticle

STRUCTURED = b"application/cloudevents"
DATA = {"data", "data_base64"}
PASSED_THROUGH = ("url", "source", "language", "author", "section", "scraped_at", "metadata")
UNREADABLE_DATE = "published_at_unreadable"
EXPECTED = {  # pydantic's errors in JSON's words
    "string_type": "a string is expected",
    "dict_type": "an object is expected",
    "model_type": "an object is expected",
    "literal_error": "{expected} is expected",
    "string_too_long": "at most {max_length} characters are allowed",
}
PROBLEMS = 5  # told in one detail
MANY_BRACKETS = 20_000  # 5 ms
MUCH = 64 * 1024  # bytes
UNREADABLE = "wiretag_unreadable"  # header of what stands for a record that could not be read from Kafka: why


class _Document(NamedTuple):
    id: str
    article: RawArticle


def decode(event: RawEvent, limits: Limits) -> Article | Retracted | Rejected | Tombstone:
    """The article in a raw event, or why there is none. Never raises, whatever the bytes."""
    if event.value is None:
        return Tombstone()
    payload = _unreadable(event) or content(event, event.value)
    document = payload if isinstance(payload, Rejected) else _check(payload, limits)
    if isinstance(document, Rejected):
        return replace(document, producer=producer(event.key, payload))
    raw = document.article
    if raw.status == "retracted":
        return Retracted(document.id, _passthrough(raw))
    published = dates.parse(raw.published_at) if raw.published_at else None
    unreadable = bool(raw.published_at) and published is None
    return Article(
        id=document.id,
        body=raw.body or "",
        title=raw.title,
        published_at=raw.published_at,
        published=published,
        passthrough=_passthrough(raw),
        flags=(UNREADABLE_DATE,) if unreadable else (),
    )


def identify(event: RawEvent, limits: Limits | None = None) -> tuple[str, bytes] | None:
    """Article id and payload digest, to tell an unchanged repetition; None where ``decode`` gives no article.

    None, too, where reading the JSON would hold up the caller's event loop (half a second for megabytes of brackets,
    which base64 would hide).
    The payload is the JSON, not its bytes, and without a CloudEvents envelope, whose time differs each time.
    """
    if event.value is None or brackets(event.value) > MANY_BRACKETS or _hides_much(event.value):
        return None
    payload = content(event, event.value)
    document = payload if isinstance(payload, Rejected) else _check(payload, limits or Limits())
    if isinstance(document, Rejected):
        return None
    return document.id, hashlib.blake2b(orjson.dumps(payload), digest_size=16).digest()


def _hides_much(value: bytes) -> bool:
    return len(value) > MUCH and b"data_base64" in value


def _unreadable(event: RawEvent) -> Rejected | None:
    why = next((value for name, value in event.headers if name == UNREADABLE), None)
    return Rejected("not_json", why.decode("utf-8", "replace")) if why and not event.value else None


def producer_of(event: RawEvent) -> str:
    """Who sent it, as ``producer`` tells it; the payload is read only where the key does not say."""
    named = producer(event.key)
    if named != UNKNOWN or event.value is None:
        return named
    payload = content(event, event.value)
    return UNKNOWN if isinstance(payload, Rejected) else producer(event.key, payload)


# --- bytes -> payload -------------------------------------------------------------------------------------------------


def content(event: RawEvent, value: bytes) -> Any | Rejected:
    """The JSON of the value, without the envelope of a structured CloudEvent, or why there is none."""
    parsed = parse(value)
    if isinstance(parsed, Rejected):
        return parsed
    return _data(parsed) if _structured(event) or _is_envelope(parsed) else parsed


def _structured(event: RawEvent) -> bool:
    """Whether the headers say that the value is a CloudEvent, not its data. Only to Kafka does a name's case matter."""
    return any(
        name.lower() == "content-type" and (value or b"").strip().lower().startswith(STRUCTURED)
        for name, value in event.headers
    )


def _is_envelope(parsed: Any) -> bool:
    """Python's CloudEvents SDK sends structured mode to Kafka without saying so. An article would have a body."""
    return isinstance(parsed, dict) and "specversion" in parsed and "body" not in parsed and not DATA.isdisjoint(parsed)


def _data(envelope: Any) -> Any | Rejected:
    """What a structured CloudEvent carries; SDKs write bytes as ``data_base64``."""
    if not isinstance(envelope, dict):
        return Rejected("wrong_shape", f"a CloudEvent (a JSON object) is expected, {_kind(envelope)} was found")
    if isinstance(encoded := envelope.get("data_base64"), str):
        try:
            return parse(base64.b64decode(encoded, validate=True))
        except (binascii.Error, ValueError):
            return Rejected("wrong_shape", "data_base64: not base64")
    if envelope.get("data") is None:
        return Rejected("wrong_shape", "data: missing from the CloudEvent")
    return envelope["data"]


# --- payload -> document ----------------------------------------------------------------------------------------------


def _check(payload: Any, limits: Limits) -> _Document | Rejected:
    if not isinstance(payload, dict):
        return Rejected("wrong_shape", f"a JSON object is expected, {_kind(payload)} was found")
    try:
        article = RawArticle.model_validate(payload)
    except ValidationError as error:
        return Rejected("wrong_shape", _explain(error))
    identifier = article_id(article.id, article.url)
    if identifier is None:
        return Rejected("no_identity", "neither id nor url")
    if article.status == "retracted":
        return _Document(identifier, article)
    if article.body is None:
        return Rejected("no_body", "body is missing, and status is not retracted", article=identifier)
    return _check_body(article.body, identifier, limits) or _Document(identifier, article)


def _check_body(body: str, identifier: str, limits: Limits) -> Rejected | None:
    if len(body) > limits.body:
        detail = f"body has {len(body)} code points, at most {limits.body} are allowed"
        return Rejected("body_too_large", detail, article=identifier)
    if not body or body.isspace():
        detail = "body is empty" if not body else "body holds nothing but white space"
        return Rejected("empty_body", detail, article=identifier)
    return None


def _explain(error: ValidationError) -> str:
    """The problems, field by field, without the received text."""
    return "; ".join(_problem(problem) for problem in error.errors(include_url=False)[:PROBLEMS])


def _problem(problem: ErrorDetails) -> str:
    field = ".".join(map(str, problem["loc"]))
    template = EXPECTED.get(problem["type"])
    expected = template.format(**problem.get("ctx", {})) if template else problem["msg"]
    return f"{field}: {expected}, {_kind(problem['input'])} was found"


def _kind(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return f"a string of {len(value)} characters"
        case list():
            return "an array"
        case _:
            return "an object"


def _passthrough(raw: RawArticle) -> dict[str, Any]:
    """The optional fields that are only copied, in wire form; absent and null ones left out."""
    values = {name: getattr(raw, name) for name in PASSED_THROUGH if getattr(raw, name) is not None}
    if raw.source is not None:
        values["source"] = raw.source.model_dump(exclude_none=True)
    return values

"""``articles.enriched`` -> what duplicates are found by; what is decided -> ``articles.duplicates``, and back.

Both topics are our own, so a record that cannot be read is not expected, and still no reason to stop.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from service import __version__
from service.codec.dates import rfc3339
from service.codec.letters import TRACE_BYTES, TRACING
from service.codec.outgoing import SCHEMA_VERSION, cloud_event
from service.codec.producer import UNKNOWN, producer
from service.model import Link, Message, RawEvent, Rejected, Sighting, Standing
from topics.records import ID_LENGTH

COMPARED_TYPE = b"wiretag.article.compared.v1"
DATA_SCHEMA = b"urn:wiretag:articles.duplicates:v1"
LONGEST_DOMAIN = 253  # characters, as DNS has it
WRONG = (ValueError, KeyError, TypeError, AttributeError, OverflowError)  # what a record of another shape leads to

Json = Mapping[str, Any]


def sight(event: RawEvent) -> Sighting | Rejected:
    """A record of ``articles.enriched``."""
    try:
        record = orjson.loads(event.value or b"null")
        article = record["article"]
        return Sighting(
            where=event.id,
            offset=event.offset,
            arrived=event.timestamp,
            id=_id(article["id"]),
            time=_milliseconds(dict(event.headers)["ce_time"].decode()),
            retracted=record["status"] == "retracted",
            fingerprint=_text(record.get("fingerprint")) or "",
            published=_text(article.get("published")),
            domain=_domain(article),
            tracing=tuple(
                (name, value) for name, value in event.headers if name in TRACING and len(value) <= TRACE_BYTES
            ),
        )
    except WRONG as problem:
        return Rejected("not_enriched", f"{type(problem).__name__}: {problem}")


def _domain(article: Json) -> str | None:
    """The outlet's: what the scraper says, or else the host of the url, or that with which the id begins."""
    told = _text((article.get("source") or {}).get("domain"))
    if told:
        return told[:LONGEST_DOMAIN]
    claims = ({"url": article.get("url")}, {"id": article["id"]})
    return next((host for host in (producer(None, claim) for claim in claims) if host != UNKNOWN), None)


def write(standing: Standing, sighting: Sighting, topic: str) -> Message:
    """The record that says it, because of ``sighting``, for ``topic``, the full name of ``articles.duplicates``."""
    key = standing.id.encode()
    identifier = f"{sighting.where}:{standing.id}"
    headers = cloud_event(identifier, topic, COMPARED_TYPE, standing.time, subject=key, schema=DATA_SCHEMA)
    return Message("duplicates", key, orjson.dumps(_record(standing, sighting)), (*headers, *sighting.tracing))


def read(event: RawEvent) -> Standing | Rejected:
    """A record of ``articles.duplicates``, as ``write`` wrote it."""
    try:
        record = orjson.loads(event.value or b"null")
        return Standing(
            id=_id(record["id"]),
            status=record["status"],
            time=_milliseconds(dict(event.headers)["ce_time"].decode()),
            fingerprint=_text(record["fingerprint"]) or "",
            link=_link(record) if record["duplicate_of"] is not None else None,
            **_seen(record),
        )
    except WRONG as problem:
        return Rejected("not_compared", f"{type(problem).__name__}: {problem}")


def _record(standing: Standing, sighting: Sighting) -> dict[str, Any]:
    link = standing.link
    topic, partition, offset = sighting.where.rsplit("/", 2)
    return {
        "schema_version": SCHEMA_VERSION,
        "id": standing.id,
        "status": standing.status,
        "story": link.original if link else standing.id,
        "duplicate_of": link.original if link else None,
        "similarity": link.similarity if link else None,
        "kind": link.kind if link else None,
        **_when(standing),
        "original": _when(link) if link else None,
        "fingerprint": standing.fingerprint,
        "processing": {
            "service": __version__,
            "source": {"topic": topic, "partition": int(partition), "offset": int(offset)},
        },
    }


def _when(seen: Standing | Link) -> dict[str, Any]:
    return {"first_seen": rfc3339(seen.first_seen), "published": seen.published, "domain": seen.domain}


def _link(record: Json) -> Link:
    return Link(_id(record["duplicate_of"]), record["similarity"], record["kind"], **_seen(record["original"]))


def _seen(record: Json) -> dict[str, Any]:
    return {
        **{name: _text(record[name]) for name in ("published", "domain")},
        "first_seen": _milliseconds(record["first_seen"]),
    }


def _id(value: Any) -> str:
    if not isinstance(value, str) or len(value) > ID_LENGTH:
        raise TypeError(f"no article id: {type(value).__name__}")
    return value


def _text(value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise TypeError(f"a string or null is expected, {type(value).__name__} was found")
    return value


def _milliseconds(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)

"""Every example goes through every schema it should and through the code."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from service import codec
from service.codec import Limits, Versions, duplicates
from service.model import (
    Article,
    Enriched,
    Enrichment,
    Entity,
    Event,
    Evidence,
    Language,
    Mention,
    Party,
    Processed,
    Quantity,
    RawEvent,
    Rejected,
    Retracted,
    Segment,
    Sighting,
    Standing,
    Theme,
)
from topics import catalogue, schemas

Json = dict[str, Any]
EventOf = Callable[[Path], RawEvent]
Problems = Callable[[str, Any], list[str]]

RAW = schemas.HERE / "articles.raw/examples"
ENRICHED = schemas.HERE / "articles.enriched/examples"
DUPLICATES = schemas.HERE / "articles.duplicates/examples"
DEAD = schemas.HERE / "articles.dead/examples"
RAW_SCHEMA = "articles.raw/v1.schema.json"
ENRICHED_SCHEMA = "articles.enriched/v1.schema.json"
HEADERS_SCHEMA = "articles.enriched/v1.headers.schema.json"
DUPLICATES_SCHEMA = "articles.duplicates/v1.schema.json"
DUPLICATES_HEADERS_SCHEMA = "articles.duplicates/v1.headers.schema.json"
DEAD_SCHEMA = "articles.dead/v1.headers.schema.json"
LIMITS = Limits()
THEMES = ("ai-partnerships", "tariffs", "trade")
NOT_SHOWN = {"body_too_large", "output_too_large", "worker_died", "worker_timeout", "tagger_failed"}


def files(folder: Path) -> pytest.MarkDecorator:
    found = sorted(path for path in folder.iterdir() if path.is_file())
    assert found
    return pytest.mark.parametrize("path", found, ids=lambda path: path.name)


def load(path: Path) -> Json:
    loaded: Json = json.loads(path.read_text(encoding="utf-8"))
    return loaded


# --- articles.raw -----------------------------------------------------------------------------------------------------


def article_of(path: Path) -> Json:
    content = load(path)
    value: Json = content["value"] if path.name.endswith(".message.json") else content
    article: Json = value.get("data", value)
    return article


@files(RAW / "valid")
def test_valid_raw_events_are_accepted(path: Path, event_of: EventOf, problems: Problems) -> None:
    assert problems(RAW_SCHEMA, article_of(path)) == []
    decoded = codec.decode(event_of(path), LIMITS)
    assert isinstance(decoded, Article | Retracted)
    if isinstance(decoded, Article):
        assert (decoded.title, decoded.body) == (article_of(path).get("title"), article_of(path)["body"])


@files(RAW / "invalid")
def test_invalid_raw_events_are_rejected_for_the_reason_in_their_name(path: Path, event_of: EventOf) -> None:
    decoded = codec.decode(event_of(path), LIMITS)
    assert isinstance(decoded, Rejected)
    assert decoded.reason == path.name.split(".")[0]
    assert decoded.detail


@files(RAW / "invalid")
def test_what_is_json_and_yet_invalid_fails_the_schema(path: Path, problems: Problems) -> None:
    if path.name.startswith(("wrong_shape", "no_", "empty_body")):
        assert problems(RAW_SCHEMA, load(path))


def test_every_reason_that_a_small_file_can_show_has_one() -> None:
    shown = {path.name.split(".")[0] for path in (RAW / "invalid").iterdir()}
    assert shown == {reason.name for reason in catalogue.reasons()} - NOT_SHOWN


def test_a_body_over_the_limit(event_of: EventOf) -> None:
    decoded = codec.decode(event_of(RAW / "valid/minimal.json"), Limits(body=10))
    assert isinstance(decoded, Rejected)
    assert decoded.reason == "body_too_large"


def test_dates() -> None:
    flags = {
        path.name: codec.decode(RawEvent("articles.raw", 0, 0, 0, None, path.read_bytes()), LIMITS).flags  # type: ignore[union-attr]
        for path in (RAW / "valid").glob("*-date.json")
    }
    assert flags == {"impossible-date.json": ("published_at_unreadable",), "rfc-2822-date.json": ()}


# --- articles.enriched ------------------------------------------------------------------------------------------------


@files(ENRICHED / "valid")
def test_enriched_examples_are_valid(path: Path, problems: Problems) -> None:
    message = load(path)
    assert problems(ENRICHED_SCHEMA, message["value"]) == []
    assert problems(HEADERS_SCHEMA, message["headers"]) == []
    assert message["key"] == message["value"]["article"]["id"] == message["headers"]["ce_subject"]


@files(ENRICHED / "invalid")
def test_invalid_enriched_examples_are_not(path: Path, problems: Problems) -> None:
    assert problems(ENRICHED_SCHEMA, load(path))


def test_offsets_of_the_example_hold(spans_of: Callable[[Any], list[Json]]) -> None:
    record = load(ENRICHED / "valid/enriched.message.json")["value"]
    found = spans_of(record)
    assert len(found) > 20
    for span in found:
        assert record["article"][span["field"]][span["start"] : span["end"]] == span["text"]


def test_the_code_writes_the_example(event_of: EventOf, problems: Problems) -> None:
    """The tags of the example, through the encoder, are the example."""
    expected = load(ENRICHED / "valid/enriched.message.json")
    article = codec.decode(event_of(RAW / "valid/full.json"), LIMITS)
    assert isinstance(article, Article)
    processed = codec.encode(
        raw_of(expected), Enriched(article, enrichment(expected["value"])), versions(expected), LIMITS
    )
    assert [message.stream for message in processed.messages] == ["enriched", "enriched.ai-partnerships"]
    assert written(processed) == expected
    assert problems(ENRICHED_SCHEMA, written(processed)["value"]) == []


def test_the_code_writes_the_retraction(event_of: EventOf) -> None:
    expected = load(ENRICHED / "valid/retracted.message.json")
    retracted = codec.decode(event_of(RAW / "valid/retraction.json"), LIMITS)
    assert isinstance(retracted, Retracted)
    processed = codec.encode(raw_of(expected), retracted, versions(expected), LIMITS)
    assert [message.stream for message in processed.messages] == [
        "enriched",
        *(f"enriched.{theme}" for theme in THEMES),
    ]
    assert written(processed) == expected


def test_tags_in_no_language_are_valid(event_of: EventOf, problems: Problems) -> None:
    article = codec.decode(event_of(RAW / "valid/minimal.json"), LIMITS)
    assert isinstance(article, Article)
    nothing = Enrichment(Language("und", 0.0), (), (), (), (), (), "", {})
    processed = codec.encode(
        event_of(RAW / "valid/minimal.json"), Enriched(article, nothing), Versions("p", "t"), LIMITS
    )
    message = written(processed)
    assert problems(ENRICHED_SCHEMA, message["value"]) == []
    assert problems(HEADERS_SCHEMA, message["headers"]) == []


def written(processed: Processed) -> Json:
    """The first message in the form of the example files, with the version that those were written with."""
    message = processed.messages[0]
    value = json.loads(message.value or b"")
    value["processing"]["service"] = "0.1.0"
    return {
        "key": (message.key or b"").decode(),
        "headers": {name: content.decode() for name, content in message.headers},
        "value": value,
    }


def raw_of(message: Json) -> RawEvent:
    source = message["value"]["processing"]["source"]
    headers = tuple((n, v.encode()) for n, v in message["headers"].items() if n == "traceparent")
    timestamp = round(datetime.fromisoformat(message["headers"]["ce_time"]).timestamp() * 1000)
    return RawEvent(
        source["topic"], source["partition"], source["offset"], timestamp, message["key"].encode(), b"", headers
    )


def versions(message: Json) -> Versions:
    processing = message["value"]["processing"]
    return Versions(processing["pipeline"], processing["taxonomy"], THEMES)


def enrichment(value: Json) -> Enrichment:
    """The values that the tagger would have found."""
    return Enrichment(
        language=Language(**value["language"]),
        segments=tuple(Segment(**segment) for segment in value["segments"]),
        entities=tuple(
            Entity(**{**told, "mentions": tuple(Mention(**m, type=told["type"]) for m in told["mentions"])})
            for told in value["entities"]
        ),
        quantities=tuple(Quantity(**quantity) for quantity in value["quantities"]),
        events=tuple(
            Event(**{**told, "roles": roles(told["roles"]), "evidence": Evidence(**told["evidence"])})
            for told in value["events"]
        ),
        themes=tuple(theme(told) for told in value["themes"]),
        fingerprint=value["fingerprint"],
        timings=value["processing"]["timings"],
    )


def roles(told: Json) -> dict[str, tuple[Party, ...]]:
    return {role: tuple(Party(**party) for party in parties) for role, parties in told.items()}


def theme(told: Json) -> Theme:
    evidence = tuple(Evidence(**item) for item in told["evidence"])
    codes = {name: tuple(told[name]) for name in ("iptc", "gdelt")}
    return Theme(**{**told, **codes, "evidence": evidence, "publish": told["scope"] == "main"})


# --- articles.duplicates ----------------------------------------------------------------------------------------------


@files(DUPLICATES / "valid")
def test_duplicate_examples_are_valid_and_what_the_code_reads_and_writes(path: Path, problems: Problems) -> None:
    message = load(path)
    assert problems(DUPLICATES_SCHEMA, message["value"]) == []
    assert problems(DUPLICATES_HEADERS_SCHEMA, message["headers"]) == []
    headers = tuple((name, value.encode()) for name, value in message["headers"].items())
    value = json.dumps(message["value"]).encode()
    standing = duplicates.read(RawEvent("articles.duplicates", 0, 0, 0, message["key"].encode(), value, headers))
    assert isinstance(standing, Standing)
    where = message["headers"]["ce_id"].removesuffix(f":{message['key']}")
    tracing = tuple((name, value) for name, value in headers if name == "traceparent")
    sighting = Sighting(where, 0, 0, "", 0, False, "", tracing=tracing)
    again = duplicates.write(standing, sighting, "articles.duplicates")
    written_value = json.loads(again.value or b"")
    written_value["processing"]["service"] = message["value"]["processing"]["service"]
    assert (again.key, again.headers, written_value) == (message["key"].encode(), headers, message["value"])


@files(DUPLICATES / "invalid")
def test_invalid_duplicate_examples_are_not(path: Path, problems: Problems) -> None:
    assert problems(DUPLICATES_SCHEMA, load(path))


# --- articles.dead ----------------------------------------------------------------------------------------------------


@files(DEAD)
def test_dead_letters(path: Path, problems: Problems) -> None:
    expected = load(path)
    headers = expected["headers"]
    assert problems(DEAD_SCHEMA, headers) == []
    event = RawEvent(
        headers["wiretag_topic"],
        int(headers["wiretag_partition"]),
        int(headers["wiretag_offset"]),
        int(headers["wiretag_timestamp"]),
        expected["key"].encode(),
        expected["value"].encode(),
    )
    (message,) = codec.encode(event, codec.decode(event, LIMITS), Versions("p", "t"), LIMITS).messages  # type: ignore[arg-type]
    found = {name: content.decode() for name, content in message.headers}
    assert problems(DEAD_SCHEMA, found) == []
    changing = {"wiretag_time", "wiretag_service"}
    assert {n: v for n, v in found.items() if n not in changing} == {
        n: v for n, v in headers.items() if n not in changing
    }
    assert (message.key, message.value) == (event.key, event.value)

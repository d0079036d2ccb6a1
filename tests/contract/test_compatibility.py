"""A change that breaks a consumer or a publisher of an earlier release fails here, and the check itself is checked."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from topics import schemas
from topics.compatibility import Direction, breaks

RELEASED = sorted(schemas.HERE.glob("*/released/*.schema.json"))
DIRECTIONS: dict[str, Direction] = {
    "articles.raw": "in",
    "articles.enriched": "out",
    "articles.duplicates": "out",
    "articles.dead": "out",
}
Json = dict[str, Any]


def load(path: Path) -> Json:
    loaded: Json = json.loads(path.read_text(encoding="utf-8"))
    return loaded


@pytest.mark.parametrize("path", RELEASED, ids=lambda path: f"{path.parent.parent.name}-{path.name}")
def test_nothing_released_is_broken(path: Path) -> None:
    folder = path.parent.parent.name
    name = path.name[path.name.index("v") :]
    assert breaks(load(path), schemas.generate(f"{folder}/{name}"), DIRECTIONS[folder]) == []


def test_every_schema_has_a_release() -> None:
    released = {f"{path.parent.parent.name}/{path.name[path.name.index('v') :]}" for path in RELEASED}
    assert released == set(schemas.SCHEMAS)


def changed(path: str, change: Callable[[Json], object]) -> tuple[Json, Json]:
    old = schemas.generate(path)
    new = copy.deepcopy(old)
    change(new)
    return old, new


ENRICHED = "articles.enriched/v1.schema.json"
RAW = "articles.raw/v1.schema.json"


def rename(schema: Json, old: str, new: str) -> None:
    schema["properties"][new] = schema["properties"].pop(old)
    schema["required"] = [new if name == old else name for name in schema["required"]]


OUTPUT_BREAKS: dict[str, tuple[Callable[[Json], object], str]] = {
    "removed field": (lambda s: s["$defs"]["Entity"]["properties"].pop("salience"), "entities[].salience"),
    "removed optional field": (lambda s: s["$defs"]["Article"]["properties"].pop("url"), "article.url"),
    "renamed field": (lambda s: rename(s["$defs"]["Mention"], "start", "begin"), "mentions[].start"),
    "retyped field": (lambda s: s["$defs"]["Theme"]["properties"]["score"].update(type="string"), "themes[].score"),
    "may be absent now": (lambda s: s["$defs"]["EnrichedArticle"]["required"].remove("language"), "$.language"),
    "may be null now": (
        lambda s: s["$defs"]["Entity"]["properties"]["name"].update(type=["string", "null"]),
        "entities[].name",
    ),
    "may be null now, said otherwise": (
        lambda s: s["$defs"]["Entity"]["properties"].update(name={"anyOf": [{"type": "string"}, {"type": "null"}]}),
        "entities[].name",
    ),
    "retyped items": (lambda s: s["$defs"]["Theme"]["properties"]["iptc"]["items"].update(type="integer"), "iptc[]"),
    "retyped values of a map": (
        lambda s: s["$defs"]["Entity"]["properties"]["identifiers"].update(additionalProperties={"type": "integer"}),
        "identifiers.*",
    ),
    "new value of a closed set": (
        lambda s: s["$defs"]["Theme"]["properties"]["scope"]["enum"].append("aside"),
        "themes[].scope",
    ),
    "no closed set any more": (lambda s: s["$defs"]["Theme"]["properties"]["scope"].pop("enum"), "themes[].scope"),
    "wider range": (lambda s: s["$defs"]["Theme"]["properties"]["score"].update(maximum=100), "themes[].score"),
    "range gone": (lambda s: s["$defs"]["Mention"]["properties"]["start"].pop("minimum"), "mentions[].start"),
    "new kind of record": (
        lambda s: s["oneOf"].append({"type": "object", "properties": {"status": {"const": "corrected"}}}),
        "$",
    ),
    "keyword not understood": (
        lambda s: s["$defs"]["Entity"].update(patternProperties={"^x": {"type": "string"}}),
        "patternProperties",
    ),
}


@pytest.mark.parametrize("name", OUTPUT_BREAKS)
def test_breaks_of_a_consumer_are_found(name: str) -> None:
    change, where = OUTPUT_BREAKS[name]
    found = breaks(*changed(ENRICHED, change), "out")
    assert any(where in line for line in found), found


OUTPUT_GROWTH: dict[str, Callable[[Json], object]] = {
    "new field": lambda s: s["$defs"]["Entity"]["properties"].update(aliases={"type": "array"}),
    "new field of every record": lambda s: (
        s["$defs"]["EnrichedArticle"]["properties"].update(summary={"type": "string"}),
        s["$defs"]["EnrichedArticle"]["required"].append("summary"),
    ),
    "promised now": lambda s: s["$defs"]["Article"]["required"].append("url"),
    "never null any more": lambda s: s["$defs"]["Quantity"]["properties"]["value"].update(type="number"),
    "could be null before, too": lambda s: s["$defs"]["Article"]["properties"].update(
        title={"anyOf": [{"type": "string"}, {"type": "null"}]}
    ),
    "whole numbers only": lambda s: s["$defs"]["Quantity"]["properties"]["value"].update(type=["integer", "null"]),
    "other words": lambda s: s["$defs"]["Theme"].update(description="Something else.", title="Topic"),
    "never null, said otherwise": lambda s: s["$defs"]["Passthrough"]["properties"].update(
        source={"$ref": "#/$defs/Source"}
    ),
}


@pytest.mark.parametrize("name", OUTPUT_GROWTH)
def test_growth_breaks_no_consumer(name: str) -> None:
    assert breaks(*changed(ENRICHED, OUTPUT_GROWTH[name]), "out") == []


INPUT_BREAKS: dict[str, tuple[Callable[[Json], object], str]] = {
    "new required field": (lambda s: s.update(required=["title"]), "$.title"),
    "new required field in an object": (lambda s: s["$defs"]["RawSource"].update(required=["name"]), "source.name"),
    "field forgotten": (lambda s: s["properties"].pop("section"), "$.section"),
    "retyped field": (lambda s: s["properties"]["author"].update(type="array"), "$.author"),
    "null refused": (lambda s: s["properties"]["title"].update(type="string"), "$.title"),
    "shorter limit": (lambda s: s["properties"]["title"].update(maxLength=100), "$.title"),
    "new limit": (lambda s: s["properties"]["url"].update(maxLength=100), "$.url"),
    "value refused": (lambda s: s["properties"]["status"]["enum"].remove("retracted"), "$.status"),
    "closed object": (lambda s: s.update(additionalProperties=False), "$.*"),
    "id required": (lambda s: s["anyOf"].pop(1), "$.id"),
    "body of a retraction": (lambda s: s.pop("if"), "$: if"),
}


@pytest.mark.parametrize("name", INPUT_BREAKS)
def test_breaks_of_a_publisher_are_found(name: str) -> None:
    change, where = INPUT_BREAKS[name]
    found = breaks(*changed(RAW, change), "in")
    assert any(where in line for line in found), found


INPUT_GROWTH: dict[str, Callable[[Json], object]] = {
    "new optional field": lambda s: s["properties"].update(summary={"type": ["string", "null"]}),
    "longer limit": lambda s: s["properties"]["title"].update(maxLength=20_000),
    "new value": lambda s: s["properties"]["status"]["enum"].append("corrected"),
    "another type, too": lambda s: s["properties"]["author"].update(type=["string", "array", "null"]),
    "another way to be told apart": lambda s: s["anyOf"].append({"required": ["guid"]}),
}


@pytest.mark.parametrize("name", INPUT_GROWTH)
def test_growth_breaks_no_publisher(name: str) -> None:
    assert breaks(*changed(RAW, INPUT_GROWTH[name]), "in") == []

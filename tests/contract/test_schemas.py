"""The committed JSON Schemas are those of the wire records, and they agree with what the code accepts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from service.codec import Limits, decode
from service.model import RawEvent, Rejected
from topics import schemas

RAW = "articles.raw/v1.schema.json"


@pytest.mark.parametrize("path", schemas.SCHEMAS)
def test_the_committed_schema_is_the_generated_one(path: str) -> None:
    committed = (schemas.HERE / path).read_text(encoding="utf-8")
    assert committed == schemas.render(path), "run `make schemas`"


@pytest.mark.parametrize("path", schemas.SCHEMAS)
def test_the_schema_is_a_schema(path: str) -> None:
    Draft202012Validator.check_schema(schemas.generate(path))


def test_the_data_schema_of_the_headers_is_the_schemas_id() -> None:
    assert schemas.generate("articles.enriched/v1.schema.json")["$id"] == "urn:wiretag:articles.enriched:v1"


def fields(node: Any, path: str = "$") -> Iterator[tuple[str, Any]]:
    if isinstance(node, dict):
        for name, field in node.get("properties", {}).items():
            if "pattern" not in field or "description" in field:
                yield f"{path}.{name}", field
        for name, inner in node.items():
            if name not in {"anyOf", "if", "else"}:
                yield from fields(inner, f"{path}.{name}")


@pytest.mark.parametrize("path", schemas.SCHEMAS)
def test_every_field_says_what_it_is(path: str) -> None:
    found = dict(fields(schemas.generate(path)))
    assert len(found) > 5
    assert [name for name, field in found.items() if not field.get("description")] == []


TEXT = st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
WRONG = st.integers() | st.booleans() | st.lists(st.none(), max_size=1)
RECORD = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("id", "url", "body", "title", "published_at", "author", "other"), TEXT | WRONG),
        "status": st.sampled_from(["published", "retracted", "draft", None]),
        "source": st.none() | st.dictionaries(st.sampled_from(["name", "domain", "x"]), TEXT | WRONG) | WRONG,
        "metadata": st.none() | st.dictionaries(st.text(max_size=3), TEXT | WRONG, max_size=2) | WRONG,
    },
)


@given(record=RECORD)
@example(record={"id": "x" * 1000, "body": "b"})
@example(record={"id": "x" * 1001, "body": "b"})
@example(record={"id": " ", "url": "u", "status": "retracted"})
@example(record={"id": "a", "body": "\u3000\x1f\x85"})
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)
def test_schema_and_code_accept_the_same(record: dict[str, Any], problems: Callable[[str, Any], list[str]]) -> None:
    event = RawEvent("articles.raw", 0, 0, 0, None, json.dumps(record).encode())
    refused = isinstance(decode(event, Limits()), Rejected)
    assert refused == bool(problems(RAW, record))

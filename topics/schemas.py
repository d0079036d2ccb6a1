"""Writes the JSON Schemas of the wire records: ``python -m topics.schemas``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from topics.headers import CloudEventHeaders, DeadLetterHeaders, DuplicateHeaders
from topics.records import DuplicateRecord, EnrichedRecord, RawArticle

HERE = Path(__file__).parent
DIALECT = "https://json-schema.org/draft/2020-12/schema"
SCHEMAS: Mapping[str, type[BaseModel]] = {
    "articles.raw/v1.schema.json": RawArticle,
    "articles.enriched/v1.schema.json": EnrichedRecord,
    "articles.enriched/v1.headers.schema.json": CloudEventHeaders,
    "articles.duplicates/v1.schema.json": DuplicateRecord,
    "articles.duplicates/v1.headers.schema.json": DuplicateHeaders,
    "articles.dead/v1.headers.schema.json": DeadLetterHeaders,
}


class _Plain(GenerateJsonSchema):
    """Says in one line what pydantic says in five: no title that repeats a field's name, ``type: [string, null]``
    instead of a choice of two, and no default, since absent and null mean the same.
    """

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def tagged_union_schema(self, schema: Any) -> dict[str, Any]:
        """Without ``discriminator``, which is OpenAPI's, not JSON Schema's."""
        return {key: value for key, value in super().tagged_union_schema(schema).items() if key != "discriminator"}

    def default_schema(self, schema: Any) -> dict[str, Any]:
        return self.generate_inner(schema["schema"])

    def nullable_schema(self, schema: Any) -> dict[str, Any]:
        inner = self.generate_inner(schema["schema"])
        if not isinstance(inner.get("type"), str):
            return super().nullable_schema(schema)
        choices = {"enum": [*inner["enum"], None]} if "enum" in inner else {}
        return {**inner, "type": [inner["type"], "null"], **choices}


def generate(path: str) -> dict[str, Any]:
    """The schema of one file of ``SCHEMAS``. Its ``$id`` is what ``ce_dataschema`` says."""
    schema = SCHEMAS[path].model_json_schema(schema_generator=_Plain)
    return {"$schema": DIALECT, "$id": identifier(path), **schema}


def identifier(path: str) -> str:
    folder, _, name = path.partition("/")
    return f"urn:wiretag:{folder}:{name.removesuffix('.schema.json')}"


def render(path: str) -> str:
    return json.dumps(generate(path), indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    for path in SCHEMAS:
        (HERE / path).write_text(render(path), encoding="utf-8")


if __name__ == "__main__":
    main()

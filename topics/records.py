"""The wire records: the source of truth of the JSON Schemas (``python -m topics.schemas`` writes those)."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

ID_LENGTH = 1_000
TITLE_LENGTH = 10_000


class Input(BaseModel):
    """What comes in: types are not coerced, null means absent, unknown fields are ignored."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


class RawSource(Input):
    name: str | None = Field(None, description="Name of the publication, for people.")
    domain: str | None = Field(None, description="Its internet domain.")


class RawArticle(Input):
    id: str | None = Field(None, max_length=ID_LENGTH)
    url: str | None = None
    status: Literal["published", "retracted"] | None = None
    title: str | None = Field(None, max_length=TITLE_LENGTH)
    body: str | None = None
    published_at: str | None = None
    source: RawSource | None = None
    language: str | None = None
    author: str | None = None
    section: str | None = None
    scraped_at: str | None = None
    metadata: dict[str, Any] | None = None

"""Raw events and an article's tags, by hand."""

from __future__ import annotations

import json
from typing import Any

import pytest

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
    Quantity,
    RawEvent,
    Segment,
    Theme,
)


class Raw:
    """Makes raw events: ``raw(b"...")`` of bytes, ``raw(id="a", body="b")`` of fields."""

    def __call__(
        self,
        value: bytes | None = b"",
        headers: tuple[tuple[str, bytes], ...] = (),
        key: bytes | None = None,
        **fields: Any,
    ) -> RawEvent:
        content = json.dumps(fields).encode() if fields else value
        return RawEvent("articles.raw", 3, 17, 1_764_000_000_123, key, content, headers)


@pytest.fixture(scope="session")
def raw() -> Raw:
    return Raw()


BODY = "Lumen Forge and Hoshino will build a model. Norland raised duties to 25 percent."


@pytest.fixture
def enriched() -> Enriched:
    """Two organisations and a theme in the main story, a tariff beside it."""
    said = Evidence("body", 0, 43, BODY[:43], "partners")
    tariff = Evidence("body", 44, 80, BODY[44:80], "duties")
    return Enriched(
        Article(id="harbour.example:1", body=BODY, title="A model", flags=("published_at_unreadable",)),
        Enrichment(
            language=Language("en", 0.98765),
            segments=(Segment(0, 0, "story", True, 0, 43), Segment(1, 1, "teaser", False, 44, 80)),
            entities=(
                Entity("e0", "Lumen Forge", "ORG", 0.9, (Mention("body", 0, 11, "Lumen Forge", "ORG", 0),)),
                Entity("e1", "Hoshino", "ORG", 0.8, (Mention("body", 16, 23, "Hoshino", "ORG", 0),), {"ticker": "X:1"}),
                Entity("e2", "Norland", "GPE", 0.1, (Mention("body", 44, 51, "Norland", "GPE", 1),)),
            ),
            quantities=(Quantity("percent", "body", 69, 79, "25 percent", 1, value=25.0),),
            events=(
                Event(
                    "v0", "partnership", "announced", False, {"partners": (Party("Hoshino", "e1"),)}, said, 0.7, 0, True
                ),
                Event("v1", "tariff", "in_force", False, {"imposer": (Party("Norland", "e2"),)}, tariff, 0.6, 1, False),
            ),
            themes=(
                Theme("ai-partnerships", 0.93, "main", True, ("20000200",), ("TECH_AUTOMATION",), (said,)),
                Theme("tariffs", 0.71, "beside", False, ("20000384",), (), (tariff,)),
            ),
            fingerprint="0f",
            timings={"nlp": 0.0125},
        ),
    )

"""What the real tagger says of every example is a valid record whose offsets hold."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from service.codec import Limits
from service.model import RawEvent
from service.pipeline import Tagger
from service.settings import load
from topics import schemas

pytestmark = pytest.mark.nlp
EXAMPLES = schemas.HERE / "articles.raw/examples"


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger(load().pipeline, Limits())


def test_every_example_through_the_tagger(
    tagger: Tagger,
    event_of: Callable[[Path], RawEvent],
    problems: Callable[[str, Any], list[str]],
    spans_of: Callable[[Any], list[dict[str, Any]]],
) -> None:
    paths = sorted(EXAMPLES.glob("*/*.json"))
    events = [replace(event_of(path), offset=number) for number, path in enumerate(paths)]
    processed = tagger.process(events)
    assert [one.offset for one in processed] == list(range(len(paths)))
    for path, one in zip(paths, processed, strict=True):
        assert (one.report.outcome == "dead") == (path.parent.name == "invalid"), path
        for message in one.messages:
            headers = {name: value.decode() for name, value in message.headers}
            if message.stream == "dead":
                assert problems("articles.dead/v1.headers.schema.json", headers) == []
                continue
            record = json.loads(message.value or b"")
            assert problems("articles.enriched/v1.schema.json", record) == []
            assert problems("articles.enriched/v1.headers.schema.json", headers) == []
            for span in spans_of(record):
                assert record["article"][span["field"]][span["start"] : span["end"]] == span["text"]


def test_the_full_example_goes_to_the_topic_of_its_theme(tagger: Tagger, event_of: Callable[[Path], RawEvent]) -> None:
    (processed,) = tagger.process([event_of(EXAMPLES / "valid/full.json")])
    assert [message.stream for message in processed.messages] == ["enriched", "enriched.ai-partnerships"]

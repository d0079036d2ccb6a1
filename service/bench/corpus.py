"""The articles of a round: different ones each, under ids of the round's own, so that none counts as unchanged."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from service.demo import samples
from service.errors import WiretagError
from service.runtime.tagging.warmup import articles as warmup

PARAGRAPHS = (2, 12)  # of an article of our own prose: about 80 to 700 words
SEED = 20260105


@dataclass(frozen=True, slots=True)
class Text:
    """A raw event's key and value."""

    key: bytes
    value: bytes


class Corpus:
    """Articles to take rounds from. Texts may return in later rounds, ids never do."""

    def __init__(self, articles: Sequence[Mapping[str, Any]]) -> None:
        self._articles = articles
        self._taken = 0

    def take(self, count: int) -> list[Text]:
        """The next ``count`` articles."""
        numbers = range(self._taken, self._taken + count)
        self._taken += count
        return [_text(number, self._articles[number % len(self._articles)]) for number in numbers]


def load(path: Path | None) -> Corpus:
    """Of JSON lines (``title``, ``text`` or ``body``), gzipped or not, in random order; or of our own prose."""
    articles = list(_own() if path is None else _read(path))
    if not articles:
        raise WiretagError(f"{path}: no articles")
    random.Random(SEED).shuffle(articles)
    return Corpus(articles)


def one_sentence() -> Corpus:
    """Articles of a sentence each."""
    places = ("Porto", "Cartagena", "Quebec", "Oslo", "Mumbai", "Tokyo", "Lisbon")
    return Corpus(
        [
            {"title": "A ship left", "body": f"A ship left {place} for {other} today."}
            for place in places
            for other in places
        ]
    )


def _text(number: int, article: Mapping[str, Any]) -> Text:
    name = f"bench:{number}"
    return Text(name.encode(), json.dumps({"id": name, **article}, ensure_ascii=False).encode())


def _read(path: Path) -> Iterator[Mapping[str, Any]]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            body = record.get("body") or record.get("text")
            if body:
                yield {"title": record.get("title"), "body": body, "published_at": record.get("published") or None}


def _own() -> Iterator[Mapping[str, Any]]:
    """Sentences of the samples and the warm-up, put together anew."""
    bodies = [json.loads(event.value or b"{}")["body"] for event in warmup()]
    bodies += [
        sample.event["body"]
        for sample in samples.load()
        if not isinstance(sample.event, str) and "body" in sample.event
    ]
    paragraphs = sorted({paragraph for body in bodies for paragraph in body.splitlines() if len(paragraph) > 200})
    chance = random.Random(SEED)
    for number in range(2000):
        body = "\n".join(chance.choices(paragraphs, k=chance.randint(*PARAGRAPHS)))
        yield {"title": f"Story {number}", "body": body, "published_at": "2026-01-05"}

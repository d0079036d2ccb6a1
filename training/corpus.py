"""The labelled articles that the names are learnt from: ``../shared``'s training set and our own stand-off labels."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LABELS = Path(__file__).parent / "labels"
HELD_OUT = LABELS / "held_out/articles.jsonl"  # labelled in full, for measuring alone
#: labelled sometimes as firms, sometimes as apps; the convention of the development set is ORG
_SOCIAL = frozenset(
    {
        "Bluesky",
        "Facebook",
        "Instagram",
        "LinkedIn",
        "Reddit",
        "Snapchat",
        "Threads",
        "TikTok",
        "Truth Social",
        "Twitter",
        "Weibo",
        "X",
        "YouTube",
    }
)
_NON_COMMERCIAL = frozenset({"FelixDrinkall/financial-news-dataset"})


@dataclass(frozen=True, slots=True)
class Sample:
    """A text and the names in it: (start, end, type), in characters."""

    id: str
    source: str
    text: str
    spans: tuple[tuple[int, int, str], ...]


def samples(shared: Path) -> list[Sample]:
    """Every labelled article that a model for any use may learn from."""
    return [*_training_set(shared / "data/train"), *_own(shared)]


def unlabelled(shared: Path) -> Iterator[str]:
    """Their titles and texts."""
    for record in pool(shared):
        yield f"{record['title']}\n{record['text']}"


def _training_set(folder: Path) -> Iterator[Sample]:
    articles = {record["id"]: record for record in records(folder / "articles.jsonl")}
    for gold in records(folder / "gold.jsonl"):
        article = articles[gold["id"]]
        if not article["non_commercial"]:
            spans = [(e["start"], e["end"], e["type"]) for e in gold["entities"]]
            yield _sample(article, article["text"], spans)


def _own(shared: Path) -> Iterator[Sample]:
    """Labels in ``labels/``: the article's id, how many of its characters were read, and their hash."""
    articles = {record["id"]: record for record in pool(shared)}
    for path in sorted(LABELS.glob("*.jsonl")):
        for label in records(path):
            article = articles[label["id"]]
            text = article["text"][: label["chars"]]
            if hashlib.sha256(text.encode()).hexdigest() != label["text_sha256"]:
                raise ValueError(f"{path.name}: the text of {label['id']} is not the one that was labelled")
            yield _sample(article, text, label["entities"])


def _sample(article: dict[str, Any], text: str, spans: Iterable[tuple[int, int, str]]) -> Sample:
    uniform = ((start, end, "ORG" if text[start:end] in _SOCIAL else kind) for start, end, kind in spans)
    return Sample(article["id"], article["source"], text, tuple(uniform))


def pool(shared: Path) -> Iterator[dict[str, Any]]:
    """The pool's articles that a model for any use may learn from, but for those that are kept for measuring."""
    kept = {record["id"] for record in records(HELD_OUT)}
    news = records(shared / "data/pool/news.jsonl")
    return (r for r in news if r["source"] not in _NON_COMMERCIAL and r["id"] not in kept)


def records(path: Path) -> list[dict[str, Any]]:
    """The lines of a file of JSON objects, which may be packed (``.gz``)."""
    if path.exists():
        lines = path.read_text(encoding="utf-8").split("\n")
    else:
        with gzip.open(f"{path}.gz", "rt", encoding="utf-8") as packed:
            lines = packed.read().split("\n")
    return [json.loads(line) for line in lines if line.strip()]

"""Pages as scrapers send them, put together from articles: one story, then cut openings of others, with furniture.

Texts come from the pool at run time (``--shared``) and are written nowhere in the repository.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from service.segment.clutter import label
from service.segment.lines import units

NON_COMMERCIAL = "FelixDrinkall/financial-news-dataset"


@dataclass(frozen=True)
class Source:
    """An article of the pool: its paragraphs without clutter, and its text as it is."""

    id: str
    title: str
    text: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class Page:
    """``starts``: where the other stories begin in ``body``; ``main_end``: where the page's own story ends."""

    body: str
    starts: tuple[int, ...]
    main_end: int


def sources(shared: Path) -> list[Source]:
    """The articles of the pool whose licence allows what is made of them to be shipped."""
    with gzip.open(shared / "data" / "pool" / "news.jsonl.gz", "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    return [
        Source(r["id"], r["title"], r["text"], _paragraphs(r["text"])) for r in records if r["source"] != NON_COMMERCIAL
    ]


def _paragraphs(text: str) -> tuple[str, ...]:
    found = units(text)
    return tuple(unit.text for unit, name in zip(found, label(found), strict=True) if name == "text" and unit.words > 8)


def pages(articles: Sequence[Source], count: int, seed: int) -> Iterator[Page]:
    """``count`` pages; half of them hold one story only. Deterministic in ``seed``."""
    rng = random.Random(seed)
    usable = [article for article in articles if article.paragraphs]
    for _ in range(count):
        yield _page(rng, usable)


def _page(rng: random.Random, articles: Sequence[Source]) -> Page:
    main = rng.choice(articles)
    beside = rng.choices(range(6), weights=(50, 10, 12, 12, 10, 6))[0]
    body = _main(rng, main)
    end, starts = len(body), []
    style = _Style(rng)
    for other in rng.sample(articles, beside):
        if other is not main:
            body += "\n"
            starts.append(len(body))
            body += style.opening(rng, other)
    if beside and rng.random() < 0.1:
        body += "\n" + rng.choice(("Read more", "Related articles", "Most popular", "© All rights reserved"))
    return Page(body, tuple(starts), end)


def _main(rng: random.Random, article: Source) -> str:
    text = article.text if rng.random() < 0.5 else "\n".join(article.paragraphs)
    if rng.random() < 0.3:
        text = text[: rng.randint(600, 2500)].rstrip()
    if rng.random() < 0.3:
        lines = text.split("\n")
        lines.insert(
            rng.randint(0, len(lines)), rng.choice(("Photo: Agency", "Advertisement", "Photo by A. Reed", "Share"))
        )
        text = "\n".join(lines)
    return text


class _Style:
    """How one page shows its other stories: how long, whether cut off, whether with a deck in front."""

    def __init__(self, rng: random.Random) -> None:
        self._words = rng.randint(25, 130)
        self._cut = rng.random() < 0.8
        self._dots = rng.random() < 0.15
        self._deck = rng.random() < 0.2
        self._lines = rng.random() < 0.15
        self._headline = rng.random() < 0.15

    def opening(self, rng: random.Random, article: Source) -> str:
        joined = ("\n" if self._lines else " ").join(article.paragraphs)
        words = joined.split(" ")[: max(18, self._words + rng.randint(-15, 15))]
        text = " ".join(words)
        text = _stopped(text) if self._cut else _finished(text)
        if self._cut and self._dots:
            text += rng.choice(("...", " ...", "…"))
        if self._headline:
            return f"{article.title}\n{text}"
        deck = f"{_kicker(rng, article)}{article.title} " if self._deck and rng.random() < 0.6 else ""
        return deck + text


def _stopped(text: str) -> str:
    words = text.split(" ")
    while len(words) > 5 and words[-1][-1:] in '.!?”")\n':
        words.pop()
    return " ".join(words)


def _finished(text: str) -> str:
    end = max(text.rfind(". "), text.rfind(".” "), text.rfind(".\n"))
    return text[: end + 1] if end > 80 else text


def _kicker(rng: random.Random, article: Source) -> str:
    words = [word for word in article.title.split() if word.isalpha() and len(word) > 3]
    return f"{rng.choice(words).upper()}: " if words and rng.random() < 0.6 else ""

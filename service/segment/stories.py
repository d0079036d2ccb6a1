"""Text units -> where another story starts: a logistic regression over a dozen signs that a paragraph opens a new story.

The idea of lexical cohesion (Hearst, "TextTiling", 1997) with what is known of such pages: openings of other stories
are cut off in mid-sentence, are long, name new people in full, and do not refer back. Weights: ``stories.json``, made
by ``training/stories.py`` from pages put together out of real articles.
"""

from __future__ import annotations

import json
import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from service.segment.lines import Unit

_FOLDER = Path(__file__).parent
_LISTS: dict[str, list[str]] = tomllib.loads((_FOLDER / "stories.toml").read_text(encoding="utf-8"))
_STOP = frozenset(_LISTS["stop"])
_CARRYING = frozenset(_LISTS["carrying"])
_LEAD = frozenset(_LISTS["lead"])
_DAYS = frozenset(_LISTS["days"])

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_KICKER = re.compile(r"[A-Z][A-Z’'&-]+(?: [A-Z’'&-]+){0,4}: [A-Z‘“]")
_DATELINE = re.compile(
    r"[A-Z][\w.'’/, -]{1,50}?(?:\([A-Z][\w .]{1,30}\)\s*[-–—]|\s?--\s?| [–—] )|\([A-Z][\w .]{1,30}\)\s*[-–—]"
)
_SHORTEST = 15  # words of a paragraph that may open a story
_STEM = 6  # letters of a word that are compared
_LEAD_WORDS = 45
_ENGLISH = 0.15  # share of stop words from which the word lists are of use


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A text unit and its words: ``content`` stems, ``names`` words with a capital in lower case."""

    unit: Unit
    words: tuple[str, ...]
    content: frozenset[str]
    names: frozenset[str]


@dataclass(slots=True)
class Story:
    """What was said so far in the running story."""

    content: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    lengths: list[int] = field(default_factory=list)

    def add(self, paragraph: Paragraph) -> None:
        self.content |= paragraph.content
        self.names |= paragraph.names
        self.lengths.append(paragraph.unit.words)


def read(unit: Unit) -> Paragraph:
    written = _WORD.findall(unit.text)
    words = tuple(word.lower() for word in written)
    content = frozenset(word[:_STEM] for word in words if len(word) > 3 and word not in _STOP)
    names = frozenset(low for word, low in zip(written, words, strict=True) if word[0].isupper() and low not in _STOP)
    return Paragraph(unit, words, content, names)


def features(paragraphs: Sequence[Paragraph], i: int, story: Story, cuts: float) -> dict[str, float]:
    """The signs that paragraph ``i`` opens another story than ``story``; ``cuts``: see ``cut_share``."""
    this, before = paragraphs[i], paragraphs[i - 1]
    after = paragraphs[i + 1] if i + 1 < len(paragraphs) else None
    seen = _share(this.content, story.content)
    known = _share(this.names, story.names)
    stopped = before.unit.cut and before.unit.words >= _SHORTEST
    stops = this.unit.cut and this.unit.words >= 25
    lead = set(this.words[:_LEAD_WORDS])
    back = max(_share(after.content, story.content), _share(after.names, story.names)) if after else 0.0
    return {
        "bias": 1.0,
        "stopped": float(stopped),
        "stops": float(stops and after is not None),
        "stops last": float(stops and after is None),
        "stopped, stops": float(stopped and stops),
        "cuts": cuts,
        "seen": seen,
        "seen before": _share(this.content, before.content),
        "names known": known,
        "no name known": float(not this.names & story.names),
        "new names": math.log1p(len(this.names - story.names)),
        "stops, seen": float(stops) * seen,
        "stops, names known": float(stops) * known,
        "stopped, names known": float(stopped) * known,
        "carries": float(this.words[:1] != () and this.words[0] in _CARRYING),
        "the": float(this.words[:1] == ("the",)),
        "indefinite": float(this.words[:1] in {("a",), ("an",)}),
        "quotes": float(this.unit.text[0] in "\"“‘'"),
        "kicker": float(bool(_KICKER.match(this.unit.text))),
        "dateline": float(bool(_DATELINE.match(this.unit.text))),
        "lead": float(bool(lead & _LEAD)),
        "day": float(bool(lead & _DAYS)),
        "longer": math.log(this.unit.words / median(story.lengths)),
        "long": math.log(this.unit.words / 40),
        "back": back,
        "alone": float(after is None),
        "early": 1.0 / len(story.lengths),
    }


def _share(part: frozenset[str], whole: set[str] | frozenset[str]) -> float:
    return len(part & whole) / len(part) if part else 0.5


def cut_share(paragraphs: Sequence[Paragraph]) -> float:
    """The share of the paragraphs, but for the last, that stop in mid-sentence."""
    return sum(p.unit.cut for p in paragraphs[:-1]) / max(1, len(paragraphs) - 1)


class Boundaries:
    """Finds the paragraphs that open another story."""

    def __init__(self, weights: Mapping[str, float], threshold: float) -> None:
        self._weights = weights
        self._least = math.log(threshold / (1 - threshold))

    def find(self, texts: Sequence[Unit]) -> set[int]:
        """The starts (offsets into the body) of the units that open another story; the first one never does."""
        paragraphs = [read(unit) for unit in texts if unit.words >= _SHORTEST]
        if len(paragraphs) < 2 or not _english(paragraphs):
            return set()
        cuts, story, starts = cut_share(paragraphs), Story(), set()
        story.add(paragraphs[0])
        for i in range(1, len(paragraphs)):
            signs = features(paragraphs, i, story, cuts)
            if sum(self._weights[name] * value for name, value in signs.items()) >= self._least:
                story = Story()
                starts.add(paragraphs[i].unit.start)
            story.add(paragraphs[i])
        return starts


def _english(paragraphs: Sequence[Paragraph]) -> bool:
    words = [word for paragraph in paragraphs[:3] for word in paragraph.words[:100]]
    return sum(word in _STOP for word in words) >= _ENGLISH * max(1, len(words))


def load() -> Boundaries:
    """The trained weights."""
    trained = json.loads((_FOLDER / "stories.json").read_text(encoding="utf-8"))
    return Boundaries(trained["weights"], trained["threshold"])

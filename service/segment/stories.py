"""Text units -> where another story starts: a logistic regression over signs that a paragraph opens one.

The idea of lexical cohesion (Hearst, "TextTiling", 1997) with what is known of such pages: openings of other stories
are cut off in mid-sentence, are long, name new people in full, and do not refer back. Weights: ``stories.json``, made
by ``training/stories.py`` from pages put together out of real articles.
"""

from __future__ import annotations

import json
import math
import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from service.segment.lines import Unit

_FOLDER = Path(__file__).parent
_LISTS: dict[str, list[str]] = tomllib.loads((_FOLDER / "stories.toml").read_text(encoding="utf-8"))
_STOP = frozenset(_LISTS["stop"])
_CARRYING = frozenset(_LISTS["carrying"])
_LEAD = frozenset(_LISTS["lead"])
_DAYS = frozenset(_LISTS["days"])

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_KICKER = re.compile(
    r"(?!FILE|PHOTO|UPDATE|CORRECT|WATCH|READ|MORE|RELATED|SEE|NOTE|SOURCE|IMAGE|VIDEO|Q&A)"
    r"[‘“]?[A-Z][A-Z’'&-]+(?: [A-Z’'&-]+){0,4}[’”?]{0,2}: [A-Z‘“]"
)
_DATELINE = re.compile(
    r"[A-Z][\w.'’/, -]{1,50}?(?:\([A-Z][\w .]{1,30}\)\s*[-–—]|\s?--\s?| [–—] )|\([A-Z][\w .]{1,30}\)\s*[-–—]"
)
_LABEL = re.compile(r"[A-Z][a-z']+(?: [a-z']+){1,4}: ")  # "Why it matters: ", within a story
_SHORTEST = 15  # words of a paragraph that may open a story
_SHORTEST_MAIN = 45  # words of the page's own story
_HARD = ("stopped", "stops", "kicker", "dateline")
_STEM = 6  # letters of a word that are compared
_ABOVE = 3  # paragraphs from which on a dateline is not that of the page's own story, below captions
_BEGINNING = 100  # words kept in order
_LEAD_WORDS = 45
_ENGLISH = 0.15  # share of stop words from which the word lists are of use


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A text unit and its words: ``words`` the first of them, ``content`` stems, ``names`` those with a capital.

    All in lower case. ``start`` is that of the headline right above it, where there is one (``headed``).
    """

    unit: Unit
    start: int
    headed: bool
    words: tuple[str, ...]
    content: frozenset[str]
    names: frozenset[str]


@dataclass(slots=True)
class Story:
    """What was said so far in the running story."""

    content: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    paragraphs: int = 0
    words: int = 0

    def add(self, paragraph: Paragraph) -> None:
        self.content |= paragraph.content
        self.names |= paragraph.names
        self.paragraphs += 1
        self.words += paragraph.unit.words


class Text:
    """The paragraphs of a page that are long enough to open a story, and what is true of all of them together.

    ``cuts``: the share of them, but for the last, that stop in mid-sentence.
    """

    def __init__(self, texts: Sequence[Unit]) -> None:
        above = [None, *texts]
        self.paragraphs = [
            _read(unit, head if head and _headline(head) else None)
            for head, unit in zip(above, texts, strict=False)
            if unit.words >= _SHORTEST
        ]
        self.cuts = sum(p.unit.cut for p in self.paragraphs[:-1]) / max(1, len(self.paragraphs) - 1)
        self.kickers = Counter(kicker.group() for p in self.paragraphs if (kicker := _KICKER.match(p.unit.text)))

    def has_kicker(self, paragraph: Paragraph) -> bool:
        """A kicker that comes again is a speaker in a conversation."""
        kicker = _KICKER.match(paragraph.unit.text)
        return kicker is not None and self.kickers[kicker.group()] == 1


def _headline(unit: Unit) -> bool:
    return unit.cut and 4 <= unit.words < _SHORTEST


def _read(unit: Unit, head: Unit | None) -> Paragraph:
    written = _WORD.findall(unit.text)
    distinct = set(written)
    names = {word.lower() for word in distinct if word[0].isupper()} - _STOP
    content = {word[:_STEM] for word in map(str.lower, distinct) if len(word) > 3 and word not in _STOP}
    words = tuple(map(str.lower, written[:_BEGINNING]))
    return Paragraph(
        unit, head.start if head else unit.start, head is not None, words, frozenset(content), frozenset(names)
    )


def features(text: Text, i: int, story: Story) -> dict[str, float]:
    """The signs that paragraph ``i`` opens another story than ``story``."""
    paragraphs = text.paragraphs
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
        "cuts": text.cuts,
        "headed": float(this.headed),
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
        # Market reports have kickers too, in paragraphs that are not cut off.
        "kicker": float((stopped or this.unit.cut) and text.has_kicker(this)),
        "dateline": float(story.paragraphs >= _ABOVE and bool(_DATELINE.match(this.unit.text))),
        "lead": float(bool(lead & _LEAD)),
        "day": float(bool(lead & _DAYS)),
        "longer": math.log(this.unit.words * story.paragraphs / story.words),
        "long": math.log(this.unit.words / 40),
        "back": back,
        "alone": float(after is None),
        "early": 1.0 / story.paragraphs,
    }


def _share(part: frozenset[str], whole: set[str] | frozenset[str]) -> float:
    return len(part & whole) / len(part) if part else 0.5


class Boundaries:
    """Finds the paragraphs that open another story.

    ``threshold``: the probability from which one does; ``strict``: the same where nothing is cut off and neither
    kicker nor dateline speaks for it, so that only the words do.
    """

    def __init__(self, weights: Mapping[str, float], threshold: float, strict: float) -> None:
        self._weights = weights
        self._least = math.log(threshold / (1 - threshold))
        self._strict = math.log(strict / (1 - strict))

    def find(self, texts: Sequence[Unit]) -> set[int]:
        """The starts (offsets into the body) of the units that open another story; the first one never does."""
        text = Text(texts)
        if len(text.paragraphs) < 2 or not _english(text.paragraphs):
            return set()
        opening = _weighed(text, self._openings(text))
        return {text.paragraphs[i].start for i in opening}

    def _openings(self, text: Text) -> list[int]:
        """The numbers of the paragraphs that open another story by their signs, in order."""
        story = Story()
        openings: list[int] = []
        story.add(text.paragraphs[0])
        for i, paragraph in enumerate(text.paragraphs[1:], start=1):
            begun = story.words >= _SHORTEST_MAIN or openings
            if begun and _may_open(paragraph.unit) and self._opens(features(text, i, story)):
                story = Story()
                openings.append(i)
            story.add(paragraph)
        return openings

    def _opens(self, signs: Mapping[str, float]) -> bool:
        score = sum(self._weights[name] * value for name, value in signs.items())
        return score >= (self._least if any(signs[name] for name in _HARD) else self._strict)


def _weighed(text: Text, openings: Sequence[int]) -> list[int]:
    """Without the openings that nothing proves, where what they open would outweigh the page's own story.

    A kicker, a dateline, or being a lone paragraph that stops in mid-sentence proves another story.
    """
    stories = pairwise([*openings, len(text.paragraphs)])
    unproven = {start: end for start, end in stories if not _proven(text, start, end)}
    others = sum(_words(text.paragraphs[start:end]) for start, end in unproven.items())
    if not unproven or others <= _words(text.paragraphs[: openings[0]]):
        return list(openings)
    return [start for start in openings if start not in unproven]


def _proven(text: Text, start: int, end: int) -> bool:
    first = text.paragraphs[start]
    return (
        text.has_kicker(first) or _DATELINE.match(first.unit.text) is not None or (end == start + 1 and first.unit.cut)
    )


def _words(paragraphs: Sequence[Paragraph]) -> int:
    return sum(paragraph.unit.words for paragraph in paragraphs)


def _may_open(unit: Unit) -> bool:
    """A paragraph that begins in the middle of a sentence, or with the label of a section, opens nothing."""
    return not unit.text[0].islower() and unit.text[0] not in ",;.)" and not _LABEL.match(unit.text)


def _english(paragraphs: Sequence[Paragraph]) -> bool:
    words = [word for paragraph in paragraphs[:3] for word in paragraph.words]
    return sum(word in _STOP for word in words) >= _ENGLISH * max(1, len(words))


def load() -> Boundaries:
    """The trained weights."""
    trained = json.loads((_FOLDER / "stories.json").read_text(encoding="utf-8"))
    return Boundaries(trained["weights"], trained["threshold"], trained["strict"])

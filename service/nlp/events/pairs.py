"""Pairs of organisations (or governments) in one sentence that a pattern ties together: who may be partners of whom."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from pathlib import Path

from service.model import Entity
from service.nlp.events.reading import Name, Reading
from service.nlp.phrases import lower

_FILE = Path(__file__).parents[1] / "data" / "events" / "patterns.toml"
_PARTNERS = frozenset({"ORG", "GPE", "PRODUCT"})
_TRIGGERS = ("alliance", "contract", "money_in")
_MOST_NAMES = 9  # a sentence with more organisations is a list, not a deal
_BEFORE, _AFTER, _FARTHEST = 60, 90, 260  # characters a pattern sees
_TELLS = re.compile(
    r"\b(?:told|according to|reported by|report by|first reported in|seen by|interview with)\s+(?:the\s+)?$", re.I
)
_REPORTED = re.compile(r"\s+(?:first\s+|has\s+|had\s+)?(?:reported|reports|wrote|writes)\b|\)\s*[-–—]", re.I)
_SPEAKER = r"(?:compan(?:y|ies)|firms?|start-?ups?|group|chip ?maker|carmaker|automaker|giant|lab)"
_GENERIC = re.compile(rf"\b(?:we|our|(?:the|this|both|these|the two) {_SPEAKER}|it|its|they|both)\b", re.I)
_TITLE = r"(?:chief|ceo|chair\w*|president|founder|co-founder|boss|head|executive|director|minister|spokes\w+|vice)"
_TITLE_BETWEEN = re.compile(rf"(?:[’']s)?\s+(?:[\w-]+\s+){{0,3}}{_TITLE}\b(?:\s+[\w-]+){{0,3}}\s+", re.I)
_TITLE_AFTER = re.compile(rf",\s+(?:[\w-]+\s+){{0,4}}{_TITLE}\b[^,;]{{0,30}}\b(?:of|at)\s+(?:the\s+)?", re.I)


@dataclass(frozen=True, slots=True)
class Pattern:
    name: str
    before: re.Pattern[str] | None
    between: re.Pattern[str]
    after: re.Pattern[str] | None
    loose: bool  # ``between`` may begin anywhere, else it is all that stands there

    def fits(self, before: str, between: str, after: str) -> bool:
        return (
            (self.between.search(between) if self.loose else self.between.fullmatch(between)) is not None
            and (self.before is None or self.before.search(before) is not None)
            and (self.after is None or self.after.search(after) is not None)
        )


@dataclass(frozen=True, slots=True)
class Pair:
    """Two who may be partners; ``meant``: the left one is only meant (“the company”)."""

    reading: Reading
    first: Name
    second: Name
    rules: tuple[str, ...]
    features: dict[str, float]

    @property
    def left(self) -> Entity:
        return self.first.entity

    @property
    def right(self) -> Entity:
        return self.second.entity

    @property
    def key(self) -> frozenset[str]:
        return frozenset({self.left.id, self.right.id})


def load_patterns(path: Path = _FILE) -> tuple[Pattern, ...]:
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple(_pattern(pattern, raw["words"]) for pattern in raw["patterns"])


def _pattern(raw: Mapping[str, str], words: Mapping[str, str]) -> Pattern:
    before, between, after = (_filled(raw.get(side), words) for side in ("before", "between", "after"))
    return Pattern(
        raw["name"],
        re.compile(before) if before else None,
        re.compile(between),
        re.compile(after) if after else None,
        between.endswith("$"),
    )


def _filled(pattern: str | None, words: Mapping[str, str]) -> str:
    for name, alternatives in words.items():
        pattern = (pattern or "").replace("{" + name + "}", alternatives)
    return pattern or ""


class PairFinder:
    """Finds the pairs of one article, with the features that the model weighs."""

    def __init__(self, readings: Sequence[Reading], patterns: Sequence[Pattern]) -> None:
        self._readings = readings
        self._patterns = patterns
        mentions = Counter(name.entity.id for r in readings for name in r.names if name.type in _PARTNERS)
        entities = {name.entity.id: name.entity for r in readings for name in r.names if name.type == "ORG"}
        self._top = next((entities[i] for i, _ in mentions.most_common() if i in entities), None)
        self._acts_for = _affiliations(readings)
        self._behind = _initiatives(entities.values())
        self._ai = sum(1 for r in readings if r.of("ai")) / max(1, len(readings))
        self._ai_lead = any(r.of("ai") for r in readings[:3])

    def find(self) -> Iterator[Pair]:
        """Nothing where no sentence speaks of AI: no other partnership is of interest."""
        if not self._ai:
            return
        subject: Entity | None = None
        for reading in self._readings:
            named = [name for name in reading.names if name.type in _PARTNERS and not _reports(reading, name)]
            names = [name._replace(entity=self._behind.get(name.entity.id, name.entity)) for name in named]
            if names and len(names) <= _MOST_NAMES and reading.of(*_TRIGGERS) and self._on_ai(reading):
                yield from self._pairs(reading, names, subject)
            subject = next((name.entity for name in names if name.type == "ORG"), subject)

    def _on_ai(self, reading: Reading) -> bool:
        """Whether AI is spoken of in the sentence, beside it, or in the lead."""
        nearby = self._readings[max(0, reading.position - 1) : reading.position + 2]
        return self._ai_lead or any(r.of("ai") for r in nearby)

    def _pairs(self, reading: Reading, names: list[Name], subject: Entity | None) -> Iterator[Pair]:
        masked = _mask(reading, names)
        meant = [
            *_meant(reading, [e for e in (subject, self._top) if e], names),
            *self._spokesmen(reading, names),
        ]
        for left, right in combinations(sorted(meant + names, key=lambda name: name.start), 2):
            if left.entity.id != right.entity.id and 0 <= right.start - left.end <= _FARTHEST:
                rules = self._rules(reading, masked, left, right)
                if rules:
                    features = self._features(reading, rules, left, right, names)
                    if left in meant or right in meant:
                        features |= {"meant": 1.0} | {f"meant {rule}": 1.0 for rule in rules}
                    yield Pair(reading, left, right, rules, features)

    def _spokesmen(self, reading: Reading, names: Sequence[Name]) -> list[Name]:
        """People of the sentence as the organisation they act for, where the sentence does not name it."""
        known = {name.entity.id for name in names}
        return [
            Name(n.start, n.end, "ORG", self._acts_for[n.entity.id], None)
            for n in reading.names
            if n.type == "PERSON" and n.entity.id in self._acts_for and self._acts_for[n.entity.id].id not in known
        ]

    def _rules(self, reading: Reading, masked: str, left: Name, right: Name) -> tuple[str, ...]:
        base = reading.sentence.start
        a, b, c, d = left.start - base, left.end - base, right.start - base, right.end - base
        before, between, after = masked[max(0, a - _BEFORE) : a], masked[b:c], masked[d : d + _AFTER]
        return tuple(p.name for p in self._patterns if p.fits(before, between, after))

    def _features(
        self, reading: Reading, rules: Sequence[str], left: Name, right: Name, names: Sequence[Name]
    ) -> dict[str, float]:
        between = sum(1 for name in names if left.end <= name.start < right.start)
        types = " ".join(sorted((left.type, right.type)))
        features = {
            **{f"rule {rule}": 1.0 for rule in rules},
            **{f"rule {rule} {types}": 1.0 for rule in rules},
            f"rules {min(4, len(rules))}": 1.0,
            f"types {types}": 1.0,
            f"ai here {bool(reading.of('ai'))} lead {self._ai_lead}": 1.0,
            "ai share": min(1.0, self._ai * 2),
            f"between {min(3, between)}": 1.0,
            f"gap {_bucket(right.start - left.end, 8, 30, 80, 150)}": 1.0,
            f"alliance {bool(reading.of('alliance'))}": 1.0,
        }
        features |= {f"cue {hit.label}": 1.0 for hit in reading.hits if hit.label in _CUES}
        return features


_CUES = frozenset({"rivalry", "purchase", "news", "denial", "market", "round"})


def _reports(reading: Reading, name: Name) -> bool:
    """Whether the name is that of a source: “told Reuters”, “the Wall Street Journal reported”, “PARIS (AFP) -”."""
    before = reading.text(max(reading.sentence.start, name.start - 30), name.start)
    return bool(_TELLS.search(before) or _REPORTED.match(reading.text(name.end)))


def _bucket(value: int, *bounds: int) -> int:
    return sum(1 for bound in bounds if value >= bound)


def _meant(reading: Reading, subjects: Sequence[Entity], names: Sequence[Name]) -> list[Name]:
    """“The company signed with X” where no name goes before: whom the article speaks of, at “the company”."""
    generic = _GENERIC.search(reading.text())
    if not generic:
        return []
    start, end = reading.sentence.start + generic.start(), reading.sentence.start + generic.end()
    if any(name.start < start for name in names):
        return []
    known = {name.entity.id for name in names}
    return [Name(start, end, "ORG", e, None) for e in {e.id: e for e in subjects}.values() if e.id not in known]


def _affiliations(readings: Sequence[Reading]) -> dict[str, Entity]:
    """Person -> organisation, from “OpenAI chief executive Sam Altman” and “Sam Altman, head of OpenAI”."""
    found: dict[str, Entity] = {}
    for reading in readings:
        for one, two in pairwise(reading.names):
            gap = reading.text(one.end, two.start)
            if one.type == "ORG" and two.type == "PERSON" and _TITLE_BETWEEN.fullmatch(gap):
                found.setdefault(two.entity.id, one.entity)
            elif one.type == "PERSON" and two.type == "ORG" and _TITLE_AFTER.fullmatch(gap):
                found.setdefault(one.entity.id, two.entity)
    return found


def _initiatives(entities: Collection[Entity]) -> dict[str, Entity]:
    """“Acme for Schools” -> “Acme”, where the article names both."""
    by_name = {entity.name: entity for entity in entities}
    return {
        entity.id: house
        for entity in entities
        if (house := by_name.get(entity.name.partition(" for ")[0])) and house is not entity
    }


def _mask(reading: Reading, names: Sequence[Name]) -> str:
    """The sentence in lower case with every name as a run of _, so that no pattern reads a word within a name."""
    text = list(lower(reading.text()))
    for name in names:
        low, high = name.start - reading.sentence.start, name.end - reading.sentence.start
        text[low:high] = "_" * (min(high, len(text)) - low)
    return "".join(text)

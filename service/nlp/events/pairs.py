"""Pairs of organisations (or governments) in one sentence with a word of alliance: who may be partners of whom."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from service.model import Entity
from service.nlp.events.reading import Name, Reading
from service.nlp.phrases import Hit

_PARTNERS = frozenset({"ORG", "GPE", "PRODUCT"})
_TRIGGERS = ("alliance", "contract", "money_in")
_MOST_NAMES = 8  # a sentence with more organisations is a list, not a deal
_JOINED = re.compile(r"[’']?s?\s*(?:,|and|&|\+|/|, and|as well as|-|–)\s*(?:[\w’'.-]+\s){0,4}", re.I)
_WORD = re.compile(r"[a-z’']+")
_GENERIC = re.compile(r"\b(?:we|our|us|the (?:two )?(?:compan(?:y|ies)|firms?|start-?ups?|group|chip ?maker|carmaker|automaker|maker|giant|lab|pair)|it|its|they|both)\b", re.I)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two who may be partners; ``trigger`` is the word that says so. ``left`` None: only meant (“the company”)."""

    reading: Reading
    trigger: Hit
    left: Entity
    right: Entity
    features: dict[str, float]

    @property
    def key(self) -> frozenset[str]:
        return frozenset({self.left.id, self.right.id})


class PairFinder:
    """Finds the pairs of one article, with the features that the model weighs."""

    def __init__(self, readings: Sequence[Reading]) -> None:
        self._readings = readings
        self._mentions = Counter(name.entity.id for r in readings for name in r.names if name.type in _PARTNERS)
        self._ranked = [identifier for identifier, _ in self._mentions.most_common(3)]
        self._ai = sum(1 for r in readings if r.of("ai")) / max(1, len(readings))
        self._ai_lead = any(r.of("ai") for r in readings[:3])

    def find(self) -> Iterator[Pair]:
        subject: Entity | None = None
        for reading in self._readings:
            names = [name for name in reading.names if name.type in _PARTNERS]
            if names and len(names) <= _MOST_NAMES and reading.of(*_TRIGGERS):
                yield from self._stated(reading, names)
                if subject is not None:
                    yield from self._meant(reading, names, subject)
            subject = next((name.entity for name in names if name.type == "ORG"), subject)

    def _stated(self, reading: Reading, names: Sequence[Name]) -> Iterator[Pair]:
        for left, right in combinations(names, 2):
            if left.entity.id == right.entity.id:
                continue
            trigger, where = _nearest(reading, left, right)
            features = self._features(reading, trigger, left.entity, right.entity)
            features |= _layout(reading, trigger, where, left, right, names)
            yield Pair(reading, trigger, left.entity, right.entity, features)

    def _meant(self, reading: Reading, names: Sequence[Name], subject: Entity) -> Iterator[Pair]:
        """“The company signed with X”: the subject of the sentence before and each name after the generic word."""
        generic = _GENERIC.search(reading.text())
        if not generic:
            return
        at = reading.sentence.start + generic.start()
        for name in names:
            if name.entity.id == subject.id:
                return
            trigger = min(reading.of(*_TRIGGERS), key=lambda hit: (_TRIGGERS.index(hit.label), abs(hit.start - name.start)))
            features = self._features(reading, trigger, subject, name.entity) | {"meant": 1.0}
            features[f"meant {'after' if name.start > at else 'before'}"] = 1.0
            features[f"meant prep {_before(reading, name)} {trigger.label}"] = 1.0
            features[f"meant trigger {'before' if trigger.start < name.start else 'after'}"] = 1.0
            yield Pair(reading, trigger, subject, name.entity, features)

    def _features(self, reading: Reading, trigger: Hit, left: Entity, right: Entity) -> dict[str, float]:
        ai_here = bool(reading.of("ai"))
        features = {
            f"trigger {trigger.label}": 1.0,
            f"word {reading.field[trigger.start : trigger.end].lower()[:9]}": 1.0,
            f"types {left.type} {right.type}": 1.0,
            f"types {' '.join(sorted((left.type, right.type)))} {trigger.label}": 1.0,
            f"ai here {ai_here} lead {self._ai_lead}": 1.0,
            "ai share": min(1.0, self._ai * 2),
            f"rank {min(self._rank(left), self._rank(right))}": 1.0,
            f"other rank {max(self._rank(left), self._rank(right))}": 1.0,
            f"place {0 if reading.position < 2 else 1 if reading.position < 5 else 2 if reading.position < 10 else 3}": 1.0,
            f"main {reading.sentence.main}": 1.0,
            f"seen {min(3, min(self._mentions[left.id], self._mentions[right.id]))}": 1.0,
        }
        features |= {f"cue {hit.label}": 1.0 for hit in reading.hits if hit.label.startswith("cue_")}
        return features

    def _rank(self, entity: Entity) -> int:
        return self._ranked.index(entity.id) if entity.id in self._ranked else 3


def _nearest(reading: Reading, left: Name, right: Name) -> tuple[Hit, str]:
    """The trigger for a pair: alliance before contract before money, between them before beside them."""

    def cost(hit: Hit) -> tuple[int, int, int]:
        where = _where(hit, left, right)
        distance = min(abs(hit.start - left.end), abs(right.start - hit.end))
        return _TRIGGERS.index(hit.label), ("between", "after", "before", "inside").index(where), distance

    best = min(reading.of(*_TRIGGERS), key=cost)
    return best, _where(best, left, right)


def _where(hit: Hit, left: Name, right: Name) -> str:
    if hit.end <= left.start:
        return "before"
    if hit.start >= right.end:
        return "after"
    return "between" if hit.start >= left.end and hit.end <= right.start else "inside"


def _layout(
    reading: Reading, trigger: Hit, where: str, left: Name, right: Name, names: Sequence[Name]
) -> dict[str, float]:
    gap = reading.field[left.end : right.start].lower()
    between = sum(1 for name in names if left.end <= name.start < right.start)
    joined = bool(_JOINED.fullmatch(gap))
    prep = _before(reading, right)
    features = {
        f"where {where} {trigger.label}": 1.0,
        f"joined {joined} {where}": 1.0,
        f"prep {prep} {where}": 1.0,
        f"prep {prep} {trigger.label}": 1.0,
        f"left prep {_before(reading, left)} {where}": 1.0,
        f"between {min(3, between)}": 1.0,
        f"gap {min(6, len(gap) // 25)}": 1.0,
        f"owner {reading.field[left.end : left.end + 2] in ('’s', chr(39) + 's')} {where}": 1.0,
        f"first {left is names[0]}": 1.0,
    }
    for word in set(_WORD.findall(gap[:160])):
        features[f"gap {word}"] = 1.0
    for word in _WORD.findall(reading.field[max(reading.sentence.start, left.start - 25) : left.start].lower())[-2:]:
        features[f"pre {word}"] = 1.0
    for word in _WORD.findall(reading.field[right.end : min(reading.sentence.end, right.end + 30)].lower())[:3]:
        features[f"post {word}"] = 1.0
    return features


def _before(reading: Reading, name: Name) -> str:
    """The preposition or conjunction last before a name, over at most four words of description."""
    ahead = _WORD.findall(reading.field[max(reading.sentence.start, name.start - 45) : name.start].lower())
    for word in reversed(ahead[-5:]):
        if word in _LINKS:
            return word
    return "-"


_LINKS = frozenset("with and between to by from in of for on at as like against than or via through among including using".split())

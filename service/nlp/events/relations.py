"""Trade deals and trade disputes: the two countries that the sentences with a trigger word are about."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from service.nlp.events.reading import Name, Reading, said
from service.nlp.phrases import Hit

_TIED = re.compile(r"[’']?s?\s*(?:-|–|/|,|and|&|with)\s*(?:the\s+)?(?:\w+\s+){0,3}", re.I)


@dataclass(frozen=True, slots=True)
class Mention:
    """A trigger word and the countries read from its sentence; ``how`` names the rule."""

    reading: Reading
    trigger: Hit
    countries: frozenset[str]
    how: str


def mentions(readings: Sequence[Reading], label: str) -> list[Mention]:
    """Each trigger of ``label`` with the pair of countries it is about; none where the article names fewer than two."""
    weight = Counter(name.country for r in readings for name in r.names if name.country)
    usual = [country for country, _ in weight.most_common(4)]
    found = [m for r, hit in said(readings, lambda r: r.of(label)) if (m := _mention(r, hit, usual))]
    return found + (_bargains(readings) if label == "trade_deal" else [])


def _bargains(readings: Sequence[Reading]) -> list[Mention]:
    """A deal or talks between exactly two countries, in a sentence on trade without a phrase that says so."""
    found = []
    for reading in readings:
        hits = reading.of("bargain")
        countries = {name.country for name in reading.names if name.country}
        if hits and len(countries) == 2 and reading.of("trade_matter") and not reading.of("trade_deal"):
            found.append(Mention(reading, hits[0], frozenset(c for c in countries if c), "bargain"))
    return found


def by_pair(found: Sequence[Mention]) -> dict[frozenset[str], list[Mention]]:
    groups: dict[frozenset[str], list[Mention]] = defaultdict(list)
    for mention in found:
        groups[mention.countries].append(mention)
    return groups


def _mention(reading: Reading, trigger: Hit, usual: Sequence[str]) -> Mention | None:
    states = [name for name in reading.names if name.country]
    here = list(dict.fromkeys(name.country for name in states if name.country))
    if len(here) == 2:
        return Mention(reading, trigger, frozenset(here), "both named")
    if len(here) > 2:
        return Mention(reading, trigger, _closest(reading, states, trigger), "closest")
    others = [country for country in usual if country not in here]
    if here and others:
        return Mention(reading, trigger, frozenset({here[0], others[0]}), "one named")
    return Mention(reading, trigger, frozenset(others[:2]), "usual") if len(others) > 1 else None


def _closest(reading: Reading, states: Sequence[Name], trigger: Hit) -> frozenset[str]:
    """Of more than two: those tied together (“US-China”, “X and Y”) and next to the trigger, else the two nearest."""

    def distance(name: Name) -> int:
        return min(abs(name.start - trigger.end), abs(trigger.start - name.end))

    tied = [
        (a, b)
        for a, b in combinations(states, 2)
        if a.country != b.country and b.start - a.end < 40 and _TIED.fullmatch(reading.text(a.end, b.start))
    ]
    if tied:
        first, second = min(tied, key=lambda pair: min(distance(pair[0]), distance(pair[1])))
        return frozenset({first.country or "", second.country or ""})
    ranked = list(dict.fromkeys(name.country or "" for name in sorted(states, key=distance)))
    return frozenset(ranked[:2])

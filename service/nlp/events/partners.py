"""Pairs of partners -> partnerships: those of one sentence that share a partner and list the others are one."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from service.model import Entity, Party
from service.nlp.events.pairs import Pair
from service.nlp.events.reading import Name, Reading
from service.nlp.phrases import Hit

_LIST = re.compile(r"[’']?s?\s*(?:,|and|&|, and|,? as well as|,? along with)\s*(?:[\w’'-]+\s+){0,4}", re.I)
_IN_ONE = re.compile(r"[\w -]+")
_SURE = 0.8  # two pairs as sure as this are two deals, unless the text lists their partners together
_TRIGGERS = ("alliance", "contract", "money_in")


@dataclass(slots=True)
class Partnership:
    """Partners by entity id, and the pairs that say so with their probabilities, best first."""

    partners: dict[str, Entity]
    pairs: list[tuple[float, Pair]]

    @property
    def probability(self) -> float:
        return self.pairs[0][0]

    @property
    def sources(self) -> list[tuple[Reading, Hit]]:
        """The sentences that tell of it, best first, each with its word of alliance."""
        return [(pair.reading, _trigger(pair.reading)) for _, pair in self.pairs]


def subject(reading: Reading) -> tuple[Party, ...]:
    """What a partnership is about, as far as its sentence says: named products, and “AI chips”, “data centres”."""
    named = [(name.start, name.end, name.entity.id) for name in reading.names if name.type == "PRODUCT"]
    plain = [
        (hit.start, hit.end, None)
        for hit in reading.of("subject")
        if _IN_ONE.fullmatch(reading.field, hit.start, hit.end)  # not "(AI) products"
    ]
    found: dict[str, Party] = {}
    end = 0
    for start, stop, entity in sorted([*named, *plain], key=lambda place: (place[0], -place[1])):
        if start >= end:
            text, end = reading.field[start:stop], stop
            found.setdefault(text.casefold(), Party(text, entity))
    return tuple(found.values())


def _trigger(reading: Reading) -> Hit:
    return min(reading.of(*_TRIGGERS), key=lambda hit: _TRIGGERS.index(hit.label))


def group(pairs: Sequence[tuple[float, Pair]]) -> list[Partnership]:
    """Best first; a partnership with two partners in common with a better one is the same."""
    found: list[Partnership] = []
    for new in sorted(_by_sentence(pairs), key=lambda p: -p.probability):
        known = next((p for p in found if len(p.partners.keys() & new.partners.keys()) >= 2), None)
        if known is None:
            found.append(new)
        else:
            known.pairs += new.pairs
    return found


def _by_sentence(pairs: Sequence[tuple[float, Pair]]) -> list[Partnership]:
    sentences: dict[int, list[Partnership]] = defaultdict(list)
    for probability, pair in sorted(pairs, key=lambda item: -item[0]):
        here = sentences[pair.reading.position]
        joined = [p for p in here if p.partners.keys() & pair.key and (probability < _SURE or _listed(p, pair))]
        merged = Partnership({pair.left.id: pair.left, pair.right.id: pair.right}, [(probability, pair)])
        for other in joined:
            merged = Partnership(other.partners | merged.partners, other.pairs + merged.pairs)
            here.remove(other)
        merged.pairs.sort(key=lambda item: -item[0])
        here.append(merged)
    return [partnership for here in sentences.values() for partnership in here]


def _listed(known: Partnership, pair: Pair) -> bool:
    """Whether the partner that the pair adds is listed with one already there: “with B, C and D”."""
    names = [name for _, other in known.pairs for name in (other.first, other.second)]
    return (
        any(
            new.entity.id not in known.partners and _side_by_side(pair, new, name)
            for new in (pair.first, pair.second)
            for name in names
        )
        or pair.key <= known.partners.keys()
    )


def _side_by_side(pair: Pair, one: Name, other: Name) -> bool:
    first, second = sorted((one, other), key=lambda name: name.start)
    return bool(_LIST.fullmatch(pair.reading.text(first.end, second.start)))

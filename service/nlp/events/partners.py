"""Pairs of partners -> partnerships: those of one sentence that share a partner are one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from service.model import Entity
from service.nlp.events.pairs import Pair
from service.nlp.phrases import Hit

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
    def trigger(self) -> Hit:
        """The word of alliance in the best sentence."""
        hits = self.pairs[0][1].reading.of(*_TRIGGERS)
        return min(hits, key=lambda hit: _TRIGGERS.index(hit.label))


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
        joined = [p for p in here if p.partners.keys() & pair.key]
        merged = Partnership({pair.left.id: pair.left, pair.right.id: pair.right}, [(probability, pair)])
        for other in joined:
            merged = Partnership(other.partners | merged.partners, other.pairs + merged.pairs)
            here.remove(other)
        merged.pairs.sort(key=lambda item: -item[0])
        here.append(merged)
    return [partnership for here in sentences.values() for partnership in here]

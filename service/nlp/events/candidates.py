"""Mentions that tell of one event, put together: what may be an event, with the features that decide whether it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from service.model import Quantity
from service.nlp.events.measures import Measure
from service.nlp.events.reading import Reading
from service.nlp.events.relations import Mention, by_pair
from service.nlp.phrases import Hit

_OPENING = frozenset({0, 1, 2})  # headline and lead tell of the same
_ROUNDED = 0.5  # percentage points
_GOES_ON = re.compile(r"(?:The|These|Those|It|They|Its)\b")
_CUES = ("impose", "news", "market", "denial", "bargain", "trade_matter", "condition")


@dataclass(slots=True)
class Candidate:
    """An event that may be. ``roles`` holds names; ``sources`` are sentence, trigger word and rule, best first."""

    type: str
    roles: dict[str, tuple[str, ...]]
    sources: list[tuple[Reading, Hit, str]]
    rate: Quantity | None = None
    amount: Quantity | None = None
    features: dict[str, float] = field(default_factory=dict)
    probability: float = 0.0


def measures(kind: str, found: Sequence[Measure], readings: Sequence[Reading]) -> list[Candidate]:
    """Tariffs or export controls: one candidate for each imposer, target and rate."""
    groups: list[list[Measure]] = []
    for measure in found:
        home = next((group for group in groups if _same(group, measure)), None)
        if home is None:
            groups.append([measure])
        else:
            home.append(measure)
    only_rate = len({measure.rate.text for measure in found if measure.rate}) == 1
    return [_measure(kind, group, groups[:i], len(readings), only_rate) for i, group in enumerate(groups)]


def _same(group: Sequence[Measure], measure: Measure) -> bool:
    """Same imposer, no different target, no different rate, no different amount."""
    targets = {target for m in group for target in m.targets}
    return (
        group[0].imposer == measure.imposer
        and (not targets or not measure.targets or bool(targets & set(measure.targets)))
        and _agree((m.rate for m in group), measure.rate)
        and _agree((m.amount for m in group), measure.amount)
    )


def _agree(known: Iterable[Quantity | None], new: Quantity | None) -> bool:
    values = [q for q in known if q]
    return new is None or not values or any(q.text == new.text or _rounded(q, new) for q in values)


def _rounded(one: Quantity, other: Quantity) -> bool:
    """“38%” for “38.1%”."""
    return one.kind == other.kind == "percent" and (
        one.value is not None and other.value is not None and abs(one.value - other.value) < _ROUNDED
    )


def _measure(
    kind: str, group: Sequence[Measure], earlier: Sequence[Sequence[Measure]], length: int, only_rate: bool
) -> Candidate:
    best = max(group, key=_fullness)
    imposer = best.imposer
    targets = best.targets or next((m.targets for m in group if m.targets), ())
    candidate = Candidate(
        kind,
        {"imposer": (imposer,) if imposer else (), "target": targets},
        [(m.reading, m.trigger, f"{m.how[0]}/{m.how[1]}") for m in sorted(group, key=_fullness, reverse=True)],
        next((m.rate for m in group if m.rate and (only_rate or _of_one(best, m))), None),
        next((m.amount for m in group if m.amount and _of_one(best, m)), None),
    )
    siblings = [g for g in earlier if g[0].imposer == imposer]
    same = [g for g in siblings if {t for m in g for t in m.targets} & set(targets) or not targets]
    candidate.features = _common(candidate, length) | {
        f"imposer by {best.how[0]}": 1.0,
        f"target by {best.how[1]}": 1.0,
        "with rate": float(bool(candidate.rate)),
        "with amount": float(bool(candidate.amount)),
        f"siblings {min(3, len(siblings))}": 1.0,
        f"same {min(3, len(same))}": 1.0,
        f"same {min(3, len(same))} rate {bool(candidate.rate)} amount {bool(candidate.amount)}": 1.0,
        f"target {bool(targets)} same {min(2, len(same))}": 1.0,
        f"before {min(4, len(earlier))}": 1.0,
    }
    return candidate


def _of_one(best: Measure, other: Measure) -> bool:
    """Whether a figure of ``other`` is that of ``best``.

    It is in the same sentence, between headline and lead, in the next where that goes on (“The tariffs”), and where
    imposer and target are named again.
    """
    here, there = best.reading.position, other.reading.position
    goes_on = there == here + 1 and bool(_GOES_ON.match(other.reading.text()))
    retold = "usual" not in other.how and bool(set(best.targets) & set(other.targets))
    return there == here or goes_on or retold or {here, there} <= _OPENING


def _fullness(measure: Measure) -> tuple[int, int]:
    strength = {"own": 3, "by": 3, "order": 3, "subject": 3, "usual": 0, "none": 0}
    aimed = bool(measure.targets) and measure.how[1] != "usual"
    said = strength[measure.how[0]] + 2 * aimed + bool(measure.rate) + bool(measure.amount)
    return said, -measure.reading.position


def relations(kind: str, found: Sequence[Mention], readings: Sequence[Reading]) -> list[Candidate]:
    """Trade deals or disputes: one candidate for each pair of countries."""
    groups = sorted(by_pair(found).items(), key=lambda item: -_weight(item[1]))
    return [_relation(kind, pair, group, i, len(readings)) for i, (pair, group) in enumerate(groups)]


def _weight(group: Sequence[Mention]) -> float:
    return sum(2.0 if m.how in {"both named", "closest"} else 0.5 for m in group) + 1 / (1 + group[0].reading.position)


def _relation(kind: str, pair: frozenset[str], group: Sequence[Mention], rank: int, length: int) -> Candidate:
    order = ["both named", "closest", "bargain", "one named", "usual"]
    ranked = sorted(group, key=lambda m: (order.index(m.how), m.reading.position))
    role = "partners" if kind == "trade_deal" else "parties"
    candidate = Candidate(kind, {role: tuple(sorted(pair))}, [(m.reading, m.trigger, m.how) for m in ranked])
    candidate.features = _common(candidate, length) | {
        f"rank {min(3, rank)}": 1.0,
        f"how {ranked[0].how}": 1.0,
        f"how {ranked[0].how} rank {min(3, rank)}": 1.0,
        "both named": min(1.0, sum(m.how in {"both named", "closest"} for m in group) / 3),
    }
    return candidate


def _common(candidate: Candidate, length: int) -> dict[str, float]:
    first = min(reading.position for reading, _, _ in candidate.sources)
    best = candidate.sources[0][0]
    many = len({reading.position for reading, _, _ in candidate.sources})
    return {
        f"mentions {min(4, many)}": 1.0,
        "share": min(1.0, 3 * many / max(8, length)),
        f"first {sum(first >= bound for bound in (1, 3, 6, 12))}": 1.0,
        **{f"cue {hit.label}": 1.0 for hit in best.hits if hit.label in _CUES},
    }

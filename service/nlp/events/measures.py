"""Tariffs and export controls: who imposes them on whom, read around each trigger word."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from service.model import Quantity
from service.nlp.events.reading import Name, Reading
from service.nlp.phrases import Hit

_OWNED = re.compile(r"(?:[’']s?)?\s+(?:administration[’']?s?\s+)?(?:[\w%$.’'-]+\s+){0,5}")
_BREAKS = re.compile(
    r"\b(?:on|to|of|from|against|with|and|over|amid|by|in|for|as|after|before|that|which|who|if|but|faces?|facing|is|are|was|were"
    r"|has|have|had|will|would|could|may|might|said|says|than|about|at|into|under|when|while)\b|[,;:.]\s"
)
_AIMED = re.compile(r"\b(?:on|against|from|for|of|to|targeting|at|hitting|with)\b", re.I)
_CLAUSE = re.compile(
    r"[;:]|[,—–]\s*(?:while|but|and|which|who|after|as|when|although|though|because|if)\b|\b(?:said|says|told)\b", re.I
)
_BY = re.compile(r"^[^.;]{0,45}\b(?:by|from)\s+(?:the\s+)?(?:\w+\s+){0,3}$", re.I)
_UNDER = re.compile(
    r"\b(?:faces?|faced|facing|subject(?:ed)? to|hit (?:with|by)|exempt\w*|spared?|slapped with|escapes?|avoid\w*)\b",
    re.I,
)
_STRIKE = re.compile(
    r"\b(?:hit|hits|hitting|slap|slaps|slapped|threaten\w*|target\w*|punish\w*|exempt\w*|spare\w*)\s+(?:[\w’'-]+\s+){0,3}$",
    re.I,
)
_OBJECT = re.compile(
    r"\b(?:on|against|from|to|with|in|of|for|at|into|than|over|between|and)\s+(?:the\s+)?(?:[\w’'$.-]+\s+){0,2}$", re.I
)
_ORDER = re.compile(
    r"[’']s?\s+(?:\w+\s+){0,3}(?:orders?|decision|plans?|moves?|announcement|threats?|push|proposals?|imposition|promises?"
    r"|pledges?|call|vow)\b[^;,]{0,60}$",
    re.I,
)
_SUFFERS = re.compile(
    r"\b(?:exempt\w*|spared?|hit by|fac(?:e|es|ed|ing)|reprieve|relief|avoid\w*|escap\w*|subject to|wait\w*|seek\w*"
    r"|worr\w+)\b",
    re.I,
)
_COORDINATE = re.compile(r"[’']?s?\s*(?:,|and|or|&|, and|/|,? as well as)\s*(?:the\s+)?(?:\w+\s+){0,2}", re.I)


_GOODS_AFTER, _GOODS_BEFORE = 80, 25  # characters


@dataclass(frozen=True, slots=True)
class Measure:
    """One mention of a tariff or an export control. ``how`` names the rules that found imposer and target."""

    reading: Reading
    trigger: Hit
    imposer: str | None
    targets: tuple[str, ...]
    how: tuple[str, str]
    rate: Quantity | None = None
    amount: Quantity | None = None


def tariffs(readings: Sequence[Reading]) -> list[Measure]:
    return _with_default([_tariff(r, hit) for r in readings for hit in _distinct(r.of("duty"))], readings)


def export_controls(readings: Sequence[Reading]) -> list[Measure]:
    return _with_default(
        [_measure(r, hit, also=True) for r in readings for hit in _distinct(r.of("export_control"))], readings
    )


def products(reading: Reading, trigger: Hit) -> tuple[str, ...]:
    """The goods named close after the trigger (“tariffs on steel and cars”) or right before it (“steel tariffs”)."""
    named = [
        reading.field[hit.start : hit.end]
        for hit in reading.of("product")
        if 0 <= hit.start - trigger.end < _GOODS_AFTER or 0 <= trigger.start - hit.end < _GOODS_BEFORE
    ]
    return tuple(dict.fromkeys(named))


def _distinct(hits: Sequence[Hit]) -> list[Hit]:
    """Overlapping triggers (“anti-dumping duties”) are one."""
    kept: list[Hit] = []
    for hit in hits:
        if not kept or hit.start >= kept[-1].end:
            kept.append(hit)
    return kept


def _with_default(measures: list[Measure], readings: Sequence[Reading]) -> list[Measure]:
    """A measure whose imposer no sentence names is the doing of who imposes most in this article, but not on itself."""
    named = Counter(m.imposer for m in measures if m.imposer)
    spoken = Counter(name.country for r in readings for name in r.names if name.country)
    usual = [country for country, _ in named.most_common() + spoken.most_common()]

    def fill(measure: Measure) -> Measure:
        imposer = next((country for country in usual if country not in measure.targets), None)
        return replace(measure, imposer=imposer, how=("usual", measure.how[1]))

    return [m if m.imposer else fill(m) for m in measures]


def _tariff(reading: Reading, trigger: Hit) -> Measure:
    measure = _measure(reading, trigger, also=False)
    return replace(measure, rate=_rate(reading, trigger), amount=_amount(reading, trigger))


def _measure(reading: Reading, trigger: Hit, also: bool) -> Measure:
    """``also``: companies and other organisations may be targets too."""
    states = [name for name in reading.names if name.country]
    imposer, how = _imposer(reading, trigger, states)
    targets, aim = _targets(reading, trigger, states, imposer, also)
    return Measure(reading, trigger, imposer, targets, (how, aim))


def _imposer(reading: Reading, trigger: Hit, states: Sequence[Name]) -> tuple[str | None, str]:
    before = [name for name in states if name.end <= trigger.start]
    for name in _owners(reading, trigger, before):
        return name.country, "own"
    for name in states:
        if (
            name.start >= trigger.end
            and _BY.search(reading.text(trigger.end, name.start))
            and not _imports(reading, name)
        ):
            return name.country, "by"
    subjects = [name for name in before if not _is_object(reading, name)]
    for name in reversed(subjects):
        gap = reading.text(name.end, trigger.start)
        if any(name.end <= verb.start < trigger.start for verb in reading.of("impose")) and not _SUFFERS.search(gap):
            return name.country, "subject"
    return None, "none"


def _owners(reading: Reading, trigger: Hit, before: Sequence[Name]) -> list[Name]:
    """Who stands before the trigger as its owner: “China’s new tariffs”, “US tariffs”, “Trump’s China tariffs”."""
    found = []
    for name in before:
        gap = reading.text(name.end, trigger.start)
        plain = gap.replace("-", "_")
        if _OWNED.fullmatch(plain) and not _BREAKS.search(plain) and not _compound(name, gap):
            found.append(name)
    return found


def _compound(name: Name, gap: str) -> bool:
    """“China tariffs” are those on China; “Chinese tariffs”, “China’s tariffs” and “US tariffs” are theirs."""
    return name.type == "GPE" and not gap.strip() and name.country not in {"United States", "European Union"}


def _imports(reading: Reading, name: Name) -> bool:
    """“duties on imports from China”: from, but the other way."""
    return bool(
        re.search(
            r"\b(?:imports?|goods|products?|shipments?|on|coming|made|exports?)\b[^.;]{0,30}$",
            reading.text(max(reading.sentence.start, name.start - 40), name.start),
            re.I,
        )
    )


def _is_object(reading: Reading, name: Name) -> bool:
    return bool(_OBJECT.search(reading.text(max(reading.sentence.start, name.start - 40), name.start)))


def _targets(
    reading: Reading, trigger: Hit, states: Sequence[Name], imposer: str | None, also: bool
) -> tuple[tuple[str, ...], str]:
    for i, name in enumerate(states):
        gap = reading.text(trigger.end, name.start) if name.start >= trigger.end else ""
        if gap and name.country != imposer and name.type != "PERSON" and _AIMED.search(gap) and not _CLAUSE.search(gap):
            return _and_others(reading, states, i, imposer), "aimed"
    for name in states:
        if name.end <= trigger.start and name.country != imposer and name.type != "PERSON":
            if _UNDER.search(reading.text(name.end, trigger.start)):
                return (name.country or "",), "under"
            if _STRIKE.search(reading.text(max(reading.sentence.start, name.start - 40), name.start)):
                return (name.country or "",), "struck"
        if (
            name.end <= trigger.start
            and name.country != imposer
            and _compound(name, reading.text(name.end, trigger.start))
        ):
            return (name.country or "",), "compound"
    if also:
        firms = [n for n in reading.names if n.type == "ORG" and not n.country and n.start >= trigger.end]
        if firms:
            return (firms[0].entity.name,), "firm"
    other = [n for n in states if n.country != imposer and n.type in {"GPE", "NORP"} and _is_object(reading, n)]
    return ((other[-1].country or "",), "object") if other else ((), "none")


def _and_others(reading: Reading, states: Sequence[Name], i: int, imposer: str | None) -> tuple[str, ...]:
    """The name and those joined to it: “Canada, Mexico and China”."""
    found = [states[i].country or ""]
    for last, following in zip(states[i:], states[i + 1 :], strict=False):
        if not _COORDINATE.fullmatch(reading.text(last.end, following.start)):
            break
        if following.country and following.country != imposer:
            found.append(following.country)
    return tuple(dict.fromkeys(found))


def _rate(reading: Reading, trigger: Hit) -> Quantity | None:
    """The percentage nearest to the trigger; “to 30% from 25%” is 30%."""
    rates = [q for q in reading.quantities if q.kind == "percent"]
    near = [q for q in rates if min(abs(q.start - trigger.end), abs(trigger.start - q.end)) < 70]
    if not near:
        return None

    def cost(q: Quantity) -> tuple[int, int]:
        lead = reading.text(max(reading.sentence.start, q.start - 8), q.start).lower()
        was = lead.endswith("from ")
        return int(was), abs(trigger.start - q.end) if q.end <= trigger.start else (q.start - trigger.end) + 15

    return min(near, key=cost)


def _amount(reading: Reading, trigger: Hit) -> Quantity | None:
    amounts = [q for q in reading.quantities if q.kind == "money"]
    near = [q for q in amounts if 0 <= q.start - trigger.end < 60]
    return near[0] if near else None

"""Tariffs and export controls: who imposes them on whom, read around each trigger word."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from service.model import Quantity
from service.nlp.events.reading import Name, Reading, said
from service.nlp.phrases import Hit

_OWNED = re.compile(r"(?:[’']s?)?\s+(?:administration[’']?s?\s+)?(?:[\w%$.’'-]+\s+){0,5}")
_BREAKS = re.compile(
    r"\b(?:on|to|of|from|against|with|and|over|amid|by|in|for|as|after|before|that|which|who|if|but|faces?|facing|is|are|was|were"
    r"|has|have|had|will|would|could|may|might|said|says|warns?|vows?|fears?|expects?|than|about|at|into|under|when|while)\b|[,;:.]\s"
)
_AIMED = re.compile(r"\b(?:on|against|from|for|of|to|targeting|at|hitting|with)\b", re.I)
_CLAUSE = re.compile(
    r"[;:]|[,—–]\s*(?:while|but|and|which|who|after|as|when|although|though|because|if)\b|\bas soon as\b"
    r"|\b(?:said|says|told|vow(?:s|ed)|warn(?:s|ed)|sent|sends|travel\w*|arriv\w*)\b",
    re.I,
)
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\b"
_NEW_CLAUSE = re.compile(
    r"\b(?:as soon as|after|when|while|because|since|once)\s+(?:the\s+)?"
    rf"(?:[Pp]resident\b|(?!{_MONTH})[A-Z][\w.]+\s|he\b|she\b|they\b|officials\b)"
)
_PLACE = re.compile(
    r"\b(?:(?<!made )(?<!built )(?<!produced )(?<!assembled )(?<!grown )(?<!manufactured )(?:in|at)|outside|near)\s+$",
    re.I,
)
_PREDICATE = re.compile(
    r"\s+(?:will|would|has|had|have|is|was|are|were|says?|said|plans?|vow(?:s|ed)|warn(?:s|ed)|threaten(?:s|ed)|pledge[sd]?"
    r"|respond(?:s|ed)|agree[sd]?|hopes?|wants?|expects?)\b"
)
_SPARED = re.compile(r"\b(?:offer\w*|grant\w*|exempt\w*|spar(?:e[sd]?|ing)|exclud\w*|giv(?:e[sn]?|ing)|gave)\s+$", re.I)
_UNNAMED = re.compile(
    r"\b(?:other|many|several|some|most|foreign|trading|both|those|these)\s+(?:countries|nations|governments|partners|economies|sides)\b",
    re.I,
)
_MUTUAL = re.compile(
    r"\b(?:tit-for-tat|(?:on|against) (?:each other|one another)|each other[’']s|one another[’']s)\b", re.I
)
_BY = re.compile(r"^(?:[^.;]{0,45}\bby|\s+(?:\w+\s+)?from)\s+(?:the\s+)?(?:\w+\s+){0,3}$", re.I)
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
_IMPORTS = re.compile(r"\b(?:imports?|goods|products?|shipments?|on|coming|made|exports?)\b[^.;]{0,30}$", re.I)
_DECIDED_BY = re.compile(r"\b(?:announced|imposed|set|levied|threatened|proposed|planned) by\s+(?:the\s+)?$", re.I)
_COORDINATE = re.compile(r"[’']?s?\s*(?:,|and|or|&|, and|/|,? as well as)\s*(?:the\s+)?(?:\w+\s+){0,2}", re.I)


_GOODS_AFTER, _GOODS_BEFORE = 80, 25  # characters
_OUTGOING = 45  # characters between “bans” and “exports”
_SPOKEN_OF, _OFTEN = 0.6, 3  # share of the mentions of other countries, and mentions: it is the one that is meant


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
    customs = _of_borders(readings)
    found = [
        measure
        for r, hit in said(customs, lambda r: _distinct(r.of("duty")))
        for measure in _both_ways(_tariff(r, hit))
    ]
    return _with_default(found, readings)


def _of_borders(readings: Sequence[Reading]) -> list[Reading]:
    """The sentences whose duties are those of a border. Where more is said of charges within a country than of a
    border, “the old tariff” is one of those charges, too.
    """
    customs = [r for r in readings if _customs(r)]
    within = sum(bool(r.of("duty")) and not _customs(r) for r in readings)
    across = sum(bool(r.of("duty")) and bool(r.of("border")) for r in readings)
    return [r for r in customs if r.of("border")] if within > across else customs


def _customs(reading: Reading) -> bool:
    """Whether the duties of the sentence are those of a border, not the price of power or the tax on beer."""
    return not reading.of("domestic") or bool(reading.of("border"))


def _both_ways(measure: Measure) -> list[Measure]:
    """“X and Y imposed tariffs on each other” tells of two."""
    reading, trigger = measure.reading, measure.trigger
    before = dict.fromkeys(name.country for name in reading.names if name.country and name.end <= trigger.start)
    near = reading.text(
        trigger.start - min(40, trigger.start - reading.sentence.start), min(trigger.end + 60, reading.sentence.end)
    )
    if len(before) != 2 or not _MUTUAL.search(near):
        return [measure]
    one, two = (country or "" for country in before)
    how = ("subject", "aimed")
    return [replace(measure, imposer=a, targets=(b,), how=how) for a, b in ((one, two), (two, one))]


def export_controls(readings: Sequence[Reading]) -> list[Measure]:
    found = [_measure(r, hit, also=True) for r, hit in said(readings, lambda r: _distinct(_controls(r)))]
    return _with_default(found, readings)


def _controls(reading: Reading) -> list[Hit]:
    """Phrases of export control, and a verb of stopping with what goes out: “bans sales of lathes to”."""
    pairs = [
        Hit("export_control", verb.start, goods.end, verb.word)
        for verb in reading.of("stops")
        for goods in reading.of("outgoing")
        if 0 <= goods.start - verb.end < _OUTGOING and not _CLAUSE.search(reading.text(verb.end, goods.start))
    ]
    return sorted([*reading.of("export_control"), *pairs], key=lambda hit: (hit.start, -hit.end))


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
    """What no sentence names is taken from the article: who imposes most in it, but not on itself, and the country that
    it speaks of most beside whoever imposes.

    Where “other countries” impose it, it stays without imposer.
    """
    named = Counter(m.imposer for m in measures if m.imposer)
    leading = Counter(n.country for r in readings for n in r.names if n.country and n.type in {"PERSON", "ORG"})
    usual = [country for country, _ in named.most_common() + leading.most_common()]
    spoken = Counter(n.country for r in readings for n in r.names if n.country)

    def by(measure: Measure) -> Measure:
        if measure.imposer or _UNNAMED.search(measure.reading.text(end=measure.trigger.start)):
            return measure
        imposer = next((country for country in usual if country not in measure.targets), None)
        return replace(measure, imposer=imposer, how=("usual", measure.how[1]))

    def on(measure: Measure) -> Measure:
        if measure.targets or not measure.imposer:
            return measure
        others = [(country, count) for country, count in spoken.most_common() if country != measure.imposer]
        if not others or others[0][1] < max(_OFTEN, _SPOKEN_OF * sum(count for _, count in others)):
            return measure
        return replace(measure, targets=(others[0][0],), how=(measure.how[0], "usual"))

    return [on(by(measure)) for measure in measures]


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
    before = [
        n for n in states if n.end <= trigger.start and not _spared(reading, states, n) and not _stays(reading, n)
    ]
    for name in _owners(reading, trigger, before):
        return name.country, "own"
    for name in states:
        if (
            name.start >= trigger.end
            and _BY.search(reading.text(trigger.end, name.start))
            and not _imports(reading, name)
        ):
            return name.country, "by"
    for name in reversed(before):
        if _ORDER.match(reading.text(name.end, trigger.start)):
            return name.country, "order"
    subjects = [name for name in before if not _is_object(reading, name)]
    for name in reversed(subjects):
        gap = reading.text(name.end, trigger.start)
        if _acts(reading, trigger, name) and not (
            _SUFFERS.search(gap) or _NEW_CLAUSE.search(gap) or _UNNAMED.search(gap)
        ):
            return name.country, "subject"
    return None, "none"


def _acts(reading: Reading, trigger: Hit, name: Name) -> bool:
    """Whether a verb of imposing follows the name; a control may hold its own (“bans exports”)."""
    own = [verb for verb in reading.of("stops") if verb.start <= trigger.start and trigger.label == "export_control"]
    return any(name.end <= verb.start < trigger.start for verb in reading.of("impose")) or any(
        name.end <= verb.start for verb in own
    )


def _spared(reading: Reading, states: Sequence[Name], name: Name) -> bool:
    """“offers Canada, Mexico an exemption”: the name, or the list that it stands in, is spared."""
    first = name
    for other in reversed([n for n in states if n.end <= name.start]):
        if not _COORDINATE.fullmatch(reading.text(other.end, first.start)):
            break
        first = other
    return bool(_SPARED.search(reading.text(max(reading.sentence.start, first.start - 30), first.start)))


def _stays(reading: Reading, name: Name) -> bool:
    """“vows in London”: only a place."""
    return name.type == "GPE" and bool(
        _PLACE.search(reading.text(max(reading.sentence.start, name.start - 20), name.start))
    )


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
    """“duties on imports from China”: from, but the other way. Not “on imports, announced by China”."""
    before = reading.text(max(reading.sentence.start, name.start - 40), name.start)
    return bool(_IMPORTS.search(before)) and not _DECIDED_BY.search(before)


def _is_object(reading: Reading, name: Name) -> bool:
    return bool(_OBJECT.search(reading.text(max(reading.sentence.start, name.start - 40), name.start)))


def _targets(
    reading: Reading, trigger: Hit, states: Sequence[Name], imposer: str | None, also: bool
) -> tuple[tuple[str, ...], str]:
    for i, name in enumerate(states):
        gap = reading.text(trigger.end, name.start) if name.start >= trigger.end else ""
        if gap and name.country != imposer and name.type != "PERSON" and _aimed(reading, name, gap):
            return _and_others(reading, states, i, imposer), "aimed"
    for i, name in enumerate(states):
        if name.end <= trigger.start and name.country != imposer and name.type != "PERSON":
            if _UNDER.search(reading.text(name.end, trigger.start)):
                return (name.country or "",), "under"
            struck = _STRIKE.search(reading.text(max(reading.sentence.start, name.start - 40), name.start))
            if struck or _spared(reading, states, name):
                return _and_others(reading, states, i, imposer), "struck"
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


def _aimed(reading: Reading, name: Name, gap: str) -> bool:
    return bool(_AIMED.search(gap)) and not _CLAUSE.search(gap) and not _stays(reading, name)


def _and_others(reading: Reading, states: Sequence[Name], i: int, imposer: str | None) -> tuple[str, ...]:
    """The name and those joined to it: “Canada, Mexico and China”."""
    found = [states[i].country or ""]
    for last, following in zip(states[i:], states[i + 1 :], strict=False):
        joint = reading.text(last.end, following.start)
        if not _COORDINATE.fullmatch(joint) or (
            joint.startswith(",") and _PREDICATE.match(reading.text(following.end))
        ):
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

"""Docs -> mentions of names, and the spans of quantities."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from importlib import resources
from itertools import pairwise

from babel import Locale

from service.model import ENTITY_TYPES, QUANTITY_TYPES, FieldName, Mention, Segment, Span
from service.nlp.glosses import expansions, glosses
from service.nlp.language import Docs
from service.nlp.marks import overlaps, read

_WORDS = tomllib.loads(resources.files(__package__).joinpath("data/entities.toml").read_text(encoding="utf-8"))
_ENDINGS = frozenset(_WORDS["company_endings"])
_NATURE = re.compile(rf"(?:{'|'.join(_WORDS['nature_begins'])}) \w.*|.+ (?:{'|'.join(_WORDS['nature_ends'])})")
_COUNTRIES = frozenset(
    str(name)
    for code, name in Locale.parse("en").territories.items()
    if code.isalpha() and code not in _WORDS["no_countries"]
)
_FIRM_WORDS = frozenset(_WORDS["company_words"])
_MONTHS = frozenset({"March", "April", "May", "June", "August"})
_BEFORE_MONTH = re.compile(
    r"(?:\b(?:in|of|since|by|until|till|last|next|this|from|to|early|late|mid|through|and)|\d(?:st|nd|rd|th)?)[ -]$"
)
_AFTER_MONTH = re.compile(r",? \d")
_OPENERS = frozenset({"ORG", "PRODUCT", "NORP", "FAC", "EVENT", "WORK_OF_ART", "LAW", "LOC"})
_SMALL, _CAPITAL = re.compile(r"(?<!\w)[a-z]+(?!\w)"), re.compile(r"(?<=[a-z,] )[A-Z][a-z]+(?!\w)")
_OPENS = re.compile(r"(?:^|[.!?]|\n)[\s\"'“‘]*$", re.M)
_TOWN = re.compile(r"\b(?:city|town|village|capital|province|municipality) of\s+$")
_BEFORE_PLACE = re.compile(r"\b(?:[Ii]n|[Aa]t|[Nn]ear|[Oo]utside|across)\s+$|^\s*$", re.M)
_AFTER_PLACE = re.compile(r",\s[A-Z]|\s*\(?(?:Reuters|AP|AFP)\b|\s[-—–]\s|-based\b")
_OFFICE = re.compile(
    r"(?:['’]s?)? (?:chief executive|chief (?:[a-z]+ ){1,2}officer|C[EFTO]O|managing director|co-?founder) "
)
_FIELDS: tuple[FieldName, ...] = ("title", "body")
_THE = re.compile(r"(?:the|The|THE)\s+")

#: types that one name may be mistaken for; a capital is a building or a law too seldom to be argued with
_ARGUABLE = frozenset({"PERSON", "ORG", "GPE", "LOC", "PRODUCT", "NORP"})
_CERTAIN = 1000
_DEFINITION = 3  # votes of a bracket that says what a name stands for
_SURE = 2  # mentions that make a single word known, so that it is looked for elsewhere

Texts = Mapping[FieldName, str]


class EntityFinder:
    """The model's entities, made consistent within the article."""

    def find(
        self, docs: Docs, segments: Sequence[Segment], amounts: Sequence[Span]
    ) -> tuple[tuple[Mention, ...], tuple[Span, ...]]:
        """Mentions of names, and quantity spans (``amounts`` were found by rule and win over the model's).

        Both are in order of field (title first) and position, and do not overlap.
        """
        texts: Texts = {name: docs[name].text for name in _FIELDS}
        marked = [span for name in _FIELDS for span in read(name, texts[name], docs)]
        free = _beside(marked, amounts)
        quantities = [span for span in free if span.type in QUANTITY_TYPES] + list(amounts)
        common = _common(texts["body"])
        names = [s for s in free if s.type in ENTITY_TYPES and not (s.type in _OPENERS and _opens(s, texts, common))]
        names = [replace(span, type="GPE") if _is_town(span, texts) else span for span in names]
        months = _surnames_that_are_months(names, quantities, texts)
        quantities = [span for span in quantities if span not in months]
        names += [Span(span.field, span.start, span.end, "PERSON") for span in months]
        for field in _FIELDS:
            names += _beside(expansions(texts[field], _of(field, names)), free)
        glossed = [gloss for field in _FIELDS for gloss in glosses(texts[field], _of(field, names))]
        names = _agree(names + _beside(glossed, free), glossed, texts)
        names += _repeats(names, glossed, quantities, texts)
        return _mentions(_in_order(names), segments, texts), tuple(_in_order(quantities))


def _of(field: FieldName, spans: Iterable[Span]) -> list[Span]:
    return [span for span in spans if span.field == field]


def _beside(spans: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """The spans that overlap nothing that is taken."""
    ends: dict[FieldName, list[tuple[int, int]]] = {name: [] for name in _FIELDS}
    for span in taken:
        ends[span.field].append((span.start, span.end))
    for places in ends.values():
        places.sort()
    return [span for span in spans if not overlaps(ends[span.field], span.start, span.end)]


def _agree(names: Sequence[Span], glossed: Iterable[Span], texts: Texts) -> list[Span]:
    """One name, one type: the majority's, and what its full forms and the brackets after them say."""
    keys = [_key(span, texts) for span in names]
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for key, span in zip(keys, names, strict=True):
        votes[key][span.type] += 2
    places = {
        key for key, span in zip(keys, names, strict=True) if span.type == "GPE" and _stands_for_a_place(span, texts)
    }
    for key, span in zip(keys, names, strict=True):
        if span.type == "PERSON" and (surname := key.rpartition(" ")[2]) != key:
            votes[surname]["PERSON"] += 1 if surname in places else _CERTAIN
        if span.type == "ORG" and (house := _without_endings(key)) in votes:
            votes[house]["ORG"] = _CERTAIN
    for house in _houses(names, keys):
        if house in votes:
            votes[house]["ORG"] = _CERTAIN
    for firm in _with_officers(names, texts):
        votes[_key(firm, texts)]["ORG"] += _CERTAIN // 2  # unless a full name has it as its surname
    for gloss in glossed:
        votes[_key(gloss, texts)][gloss.type] += _DEFINITION
    for key, cast in votes.items():
        if cast["PERSON"] and " " in key and key.rpartition(" ")[2] in _FIRM_WORDS:
            cast["ORG"] += _CERTAIN
        if "PERSON" not in cast and (place := _place(key)):  # Jordan and Chad are also people
            cast[place] += _CERTAIN
    return [_decided(span, votes[key]) for key, span in zip(keys, names, strict=True)]


def _common(text: str) -> frozenset[str]:
    """Words that the text writes small in one place, and in no sentence's middle with a capital."""
    return frozenset(_SMALL.findall(text)) - {word.lower() for word in _CAPITAL.findall(text)}


def _opens(span: Span, texts: Texts, common: Collection[str]) -> bool:
    """Whether a word is capitalised only because it opens a sentence."""
    word = texts[span.field][span.start : span.end]
    opening = _OPENS.search(texts[span.field], max(0, span.start - 6), span.start) is not None
    return span.field == "body" and opening and word.istitle() and word.lower() in common


def _is_town(span: Span, texts: Texts) -> bool:
    """“The port city of Kolding”: whatever the name looks like."""
    return _TOWN.search(texts[span.field], max(0, span.start - 20), span.start) is not None


def _stands_for_a_place(span: Span, texts: Texts) -> bool:
    """Whether what stands around a name says that it is a place: “in Lincoln”, “Lincoln, Nebraska”."""
    text = texts[span.field]
    return bool(_BEFORE_PLACE.search(text, max(0, span.start - 12), span.start) or _AFTER_PLACE.match(text, span.end))


def _place(key: str) -> str | None:
    """The type of a name that is a country's, or looks like a sea's."""
    if key in _COUNTRIES:
        return "GPE"
    return "LOC" if _NATURE.fullmatch(key) else None


def _houses(names: Sequence[Span], keys: Sequence[str]) -> Iterable[str]:
    """What a company's full name begins with, ``Hon Hai`` of ``Hon Hai Precision Co.``, unless it is a surname."""
    surnames = {
        key.rpartition(" ")[2] for key, span in zip(keys, names, strict=True) if span.type == "PERSON" and " " in key
    }
    for key, span in zip(keys, names, strict=True):
        if span.type == "ORG" and (words := _without_endings(key).split(" "))[1:]:
            yield from (house for n in range(1, len(words)) if (house := " ".join(words[:n])) not in surnames)


def _with_officers(names: Sequence[Span], texts: Texts) -> Iterable[Span]:
    """``Velmar`` of “Velmar chief executive Ana Reyes”, taken for a person: people have no chief executives."""
    for span, officer in pairwise(_in_order(names)):
        together = span.field == officer.field and span.type == officer.type == "PERSON"
        if together and _OFFICE.fullmatch(texts[span.field], span.end, officer.start):
            yield span


def _without_endings(company: str) -> str:
    """``Hanbit Group Co.`` -> ``Hanbit``; empty for a name that ends otherwise."""
    words = company.split(" ")
    kept = list(words)
    while len(kept) > 1 and kept[-1].rstrip(",") in _ENDINGS:
        kept.pop()
    return " ".join(kept).rstrip(",") if len(kept) < len(words) else ""


def _decided(span: Span, votes: Counter[str]) -> Span:
    winner = max(_ARGUABLE & votes.keys(), key=lambda kind: (votes[kind], kind == span.type, kind), default=span.type)
    if span.type not in _ARGUABLE or votes[winner] <= votes[span.type]:
        return span
    return Span(span.field, span.start, span.end, winner)


def _surnames_that_are_months(names: Sequence[Span], dates: Sequence[Span], texts: Texts) -> list[Span]:
    """Dates that are people: ``May`` in an article about Theresa May, unless a date's words stand around it."""
    surnames = {key.rpartition(" ")[2] for span in names if span.type == "PERSON" and " " in (key := _key(span, texts))}
    if not surnames & _MONTHS:
        return []
    return [
        span
        for span in dates
        if span.type == "DATE"
        and texts[span.field][span.start : span.end] in surnames & _MONTHS
        and not _BEFORE_MONTH.search(texts[span.field], max(0, span.start - 12), span.start)
        and not _AFTER_MONTH.match(texts[span.field], span.end)
    ]


def _repeats(names: Sequence[Span], glossed: Iterable[Span], quantities: Sequence[Span], texts: Texts) -> list[Span]:
    """Places where a known name stands and was not marked."""
    counts = Counter(_key(span, texts) for span in names)
    defined = {_key(gloss, texts) for gloss in glossed}
    types = {_key(span, texts): span.type for span in names}
    known = {key for key, count in counts.items() if key in defined or _is_known(key, count)}
    once = {key for key in counts if len(key) > 2 and key[0].isupper() and key.lower() not in texts["body"]}
    places = [
        Span(field, start, end, types[key])
        for field in _FIELDS
        for key, start, end in _places(known | once if field == "title" else known, texts[field])
    ]
    return _beside(places, [*names, *quantities])


def _places(keys: Iterable[str], text: str) -> Iterable[tuple[str, int, int]]:
    """Where the names stand as whole words, the longest that fits."""
    longest_first = "|".join(map(re.escape, sorted(keys, key=len, reverse=True)))
    if longest_first and text:
        for match in re.finditer(rf"(?<![\w@#&])(?:{longest_first})(?![\w@&])", text):
            yield match.group(), match.start(), match.end()


def _is_known(key: str, count: int) -> bool:
    return len(key) > 2 and key[0].isupper() and (count >= _SURE or " " in key)


def _key(span: Span, texts: Texts) -> str:
    text = texts[span.field][span.start : span.end]
    article = _THE.match(text)
    return text[article.end() :] if article else text


def _in_order(spans: Iterable[Span]) -> list[Span]:
    return sorted(spans, key=lambda span: (span.field != "title", span.start))


def _mentions(names: Iterable[Span], segments: Sequence[Segment], texts: Texts) -> tuple[Mention, ...]:
    starts = [segment.start for segment in segments]
    return tuple(
        Mention(
            name.field,
            name.start,
            name.end,
            texts[name.field][name.start : name.end],
            name.type,
            _segment(name, segments, starts),
        )
        for name in names
    )


def _segment(name: Span, segments: Sequence[Segment], starts: Sequence[int]) -> int | None:
    if name.field == "title":
        return None
    i = bisect_right(starts, name.start) - 1
    return segments[i].id if i >= 0 and name.start < segments[i].end else None

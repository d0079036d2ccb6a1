"""What a template is given of one record: everything chosen, ordered and worded, nothing escaped yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.page import words
from service.page.characters import link
from service.page.marked import LINKED, MarkedText, mark, mark_id, meaning
from service.page.matches import matches, scope
from service.page.titles import shorten, title

Json = Mapping[str, Any]

EVIDENCE = 3  # pieces of evidence shown of a theme
QUOTATION = 260  # characters of a quotation; the text has the rest


@dataclass(frozen=True, slots=True)
class Evidence:
    """``place``: the id in the text, None where the page has none."""

    text: str
    rule: str
    place: str | None


@dataclass(frozen=True, slots=True)
class Theme:
    """``match``: the article goes to the theme's topic; ``scope`` says so, or why not."""

    id: str
    score: float
    match: bool
    scope: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Event:
    type: str
    status: str
    negated: bool
    main: bool
    facts: tuple[tuple[str, str], ...]
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Entity:
    """``mentions``: ids in the text of the first ones; ``count``: of all."""

    name: str
    type: str
    group: str
    salience: float
    identifiers: tuple[tuple[str, str], ...]
    mentions: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Quantity:
    kind: str
    text: str
    meaning: str | None


@dataclass(frozen=True, slots=True)
class Article:
    """``prefix`` stands before every id; ``groups``: what is marked, with how many mentions, in the legend's order."""

    prefix: str
    title: str
    facts: tuple[str, ...]
    url: str | None
    warnings: tuple[str, ...]
    text: MarkedText
    groups: tuple[tuple[str, str, int], ...]
    themes: tuple[Theme, ...]
    events: tuple[Event, ...]
    entities: tuple[Entity, ...]
    quantities: tuple[Quantity, ...]
    tagged: bool


@dataclass(frozen=True, slots=True)
class Retraction:
    prefix: str
    title: str


def view(record: Json, prefix: str = "") -> Article | Retraction:
    """``record`` as on ``articles.enriched``."""
    if record["status"] == "retracted":
        return Retraction(prefix, record["article"]["id"])
    article, text = record["article"], mark(record, prefix)
    return Article(
        prefix,
        title(record),
        _facts(record),
        link(article.get("url")),
        tuple(words.flag(flag) for flag in record.get("processing", {}).get("flags", ())),
        text,
        tuple(_groups(record)),
        tuple(_theme(theme, text) for theme in sorted(record["themes"], key=lambda one: not matches(one))),
        tuple(_event(event, text) for event in sorted(record["events"], key=lambda one: not one["main"])),
        tuple(_entity(number, entity, text, prefix) for number, entity in enumerate(record["entities"])),
        tuple(_quantity(quantity) for quantity in record["quantities"]),
        bool(record["entities"] or record["themes"] or record["quantities"]),
    )


def _facts(record: Json) -> tuple[str, ...]:
    article = record["article"]
    source = article.get("source") or {}
    published = article.get("published_at")
    facts = [
        source.get("name") or source.get("domain"),
        article.get("author"),
        published and f"published {published}",
        f"language {record['language']['code']}",
        article["id"],
    ]
    return tuple(str(fact) for fact in facts if fact)


def _groups(record: Json) -> Iterable[tuple[str, str, int]]:
    counts = dict.fromkeys(words.groups(), 0)
    for entity in record["entities"]:
        counts[words.entity(entity["type"]).group] += len(entity["mentions"])
    counts["quantity"] = len(record["quantities"])
    return ((group, name, counts[group]) for group, name in words.groups().items() if counts[group])


def _theme(theme: Json, text: MarkedText) -> Theme:
    evidence = tuple(_evidence(one, text) for one in theme["evidence"][:EVIDENCE])
    return Theme(theme["id"], theme["score"], matches(theme), scope(theme), evidence)


def _event(event: Json, text: MarkedText) -> Event:
    facts = [(role, ", ".join(party["name"] for party in parties)) for role, parties in event["roles"].items()]
    facts += [(name, str(event[name] or "")) for name in ("rate", "amount", "effective")]
    return Event(
        words.spaced(event["type"]),
        words.spaced(event["status"]),
        event["negated"],
        event["main"],
        tuple((words.spaced(name), told) for name, told in facts if told),
        _evidence(event["evidence"], text),
    )


def _entity(number: int, entity: Json, text: MarkedText, prefix: str) -> Entity:
    look = words.entity(entity["type"])
    ids = (mark_id(prefix, number, count) for count in range(min(LINKED, len(entity["mentions"]))))
    return Entity(
        entity["name"],
        look.name,
        look.group,
        entity["salience"],
        tuple(entity["identifiers"].items()),
        tuple(one for one in ids if one in text.marked),
        len(entity["mentions"]),
    )


def _quantity(quantity: Json) -> Quantity:
    return Quantity(quantity["kind"], shorten(quantity["text"], QUOTATION), meaning(quantity))


def _evidence(evidence: Json, text: MarkedText) -> Evidence:
    return Evidence(shorten(evidence["text"], QUOTATION), evidence["rule"], text.place(evidence))


def views(records: Sequence[Json]) -> list[Article | Retraction]:
    """Of several records on one page."""
    return [view(record, f"a{number}-") for number, record in enumerate(records)]

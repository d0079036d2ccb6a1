"""Enriched records -> one self-contained HTML page: the text with its tags, and why. Everything is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from string import Template
from typing import Any

from service.cli.display import title

Json = Mapping[str, Any]

GROUPS = {
    "PERSON": "person", "ORG": "org", "GPE": "place", "LOC": "place", "FAC": "place", "NORP": "norp",
    "PRODUCT": "thing", "EVENT": "thing", "WORK_OF_ART": "thing", "LAW": "thing",
}  # fmt: skip
LABELS = {"story": "Another story", "teaser": "Teaser", "caption": "Caption", "boilerplate": "Boilerplate"}


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of one field to highlight. ``hint``: what it means, for the reader."""

    start: int
    end: int
    group: str
    label: str
    hint: str


def page(records: Iterable[Json]) -> str:
    """The whole document."""
    articles = list(records)
    contents = "".join(_link(number, record) for number, record in enumerate(articles))
    template = Template((files("service.cli") / "page.html").read_text(encoding="utf-8"))
    return template.substitute(
        count=f"{len(articles)} article{'' if len(articles) == 1 else 's'}",
        contents=f"<ol>{contents}</ol>" if len(articles) > 1 else "",
        articles="".join(_article(number, record) for number, record in enumerate(articles)),
    )


def _link(number: int, record: Json) -> str:
    themes = "".join(
        f' <span class="chip">{escape(theme["id"])}</span>'
        for theme in record.get("themes", ())
        if theme["scope"] == "main"
    )
    return f'<li><a href="#a{number}">{escape(title(record))}</a>{themes}</li>'


def _article(number: int, record: Json) -> str:
    article = record["article"]
    if record["status"] == "retracted":
        return f'<article id="a{number}"><h2>{escape(title(record))}</h2><p>Retracted by its publisher.</p></article>'
    facts = [article["id"], article.get("published_at"), f"language {record['language']['code']}"]
    heading = _field(record, "title", 0, len(article["title"])) if article.get("title") else escape(title(record))
    return (
        f'<article id="a{number}"><h2>{heading}</h2>'
        f'<p class="facts">{escape(" · ".join(str(fact) for fact in facts if fact))}</p>'
        f'<div class="columns"><div class="text">{_body(record)}</div><aside>'
        f"{_themes(record['themes'])}{_events(record['events'])}{_entities(record['entities'])}</aside></div></article>"
    )


# --- the text ---------------------------------------------------------------------------------------------------------


def _body(record: Json) -> str:
    """Every segment in its own block; what is not of the main story says what it is."""
    return "".join(_segment(record, segment) for segment in record["segments"])


def _segment(record: Json, segment: Json) -> str:
    text = _field(record, "body", segment["start"], segment["end"])
    if segment["main"]:
        return f'<div class="segment main">{text}</div>'
    label = LABELS[segment["kind"]]
    return f'<section class="segment beside" aria-label="{label}"><p class="kind">{label}</p>{text}</section>'


def _field(record: Json, field: str, start: int, end: int) -> str:
    text = record["article"][field]
    marks = [mark for mark in _marks(record, field) if start <= mark.start and mark.end <= end]
    return "".join(_pieces(text, start, end, marks))


def _pieces(text: str, start: int, end: int, marks: Sequence[Mark]) -> Iterator[str]:
    position = start
    for mark in sorted(marks, key=lambda one: (one.start, -one.end)):
        if mark.start < position:
            continue  # within one that is highlighted already
        yield escape(text[position : mark.start])
        yield (
            f'<mark class="{mark.group}" title="{escape(mark.hint)}">{escape(text[mark.start : mark.end])}'
            f"<small>{escape(mark.label)}</small></mark>"
        )
        position = mark.end
    yield escape(text[position:end])


def _marks(record: Json, field: str) -> Iterator[Mark]:
    for entity in record["entities"]:
        hint = " · ".join([entity["name"], entity["type"], *entity["identifiers"].values()])
        for mention in entity["mentions"]:
            if mention["field"] == field:
                yield Mark(mention["start"], mention["end"], GROUPS.get(entity["type"], "thing"), entity["type"], hint)
    for quantity in record["quantities"]:
        if quantity["field"] == field:
            yield Mark(quantity["start"], quantity["end"], "quantity", quantity["kind"], _value(quantity))


def _value(quantity: Json) -> str:
    if quantity["kind"] == "date":
        return str(quantity["iso"] or "date not resolved")
    if quantity["value"] is None:
        return "value not resolved"
    unit = quantity["currency"] if quantity["kind"] == "money" else "%"
    return f"{quantity['value']:,.10g} {unit or ''}".strip()


# --- beside the text --------------------------------------------------------------------------------------------------


def _themes(themes: Sequence[Json]) -> str:
    return _list("Themes", [_theme(theme) for theme in themes])


def _theme(theme: Json) -> str:
    where = "" if theme["scope"] == "main" else ' <span class="note">beside the story</span>'
    return f"<b>{escape(theme['id'])}</b> {theme['score']:.2f}{where}{''.join(map(_evidence, theme['evidence'][:3]))}"


def _events(events: Sequence[Json]) -> str:
    return _list("Events", [_event(event) for event in events])


def _event(event: Json) -> str:
    roles = [
        (role, ", ".join(party["name"] for party in parties)) for role, parties in event["roles"].items() if parties
    ]
    roles += [(name, event[name]) for name in ("rate", "amount", "effective") if event[name]]
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(str(value))}</dd>" for name, value in roles)
    said = event["status"].replace("_", " ") + (", denied" if event["negated"] else "")
    kind = escape(event["type"].replace("_", " "))
    return f"<b>{kind}</b> {escape(said)}<dl>{rows}</dl>{_evidence(event['evidence'])}"


def _entities(entities: Sequence[Json]) -> str:
    return _list("Entities", [_entity(entity) for entity in entities])


def _entity(entity: Json) -> str:
    identifiers = " ".join(entity["identifiers"].values())
    times = len(entity["mentions"])
    return (
        f'<mark class="{GROUPS.get(entity["type"], "thing")}">{escape(entity["name"])}<small>{escape(entity["type"])}'
        f'</small></mark> <span class="note">{escape(identifiers)} ×{times}</span>'
    )


def _evidence(evidence: Json) -> str:
    return f"<blockquote>{escape(evidence['text'])}<cite>{escape(evidence['rule'])}</cite></blockquote>"


def _list(heading: str, items: Sequence[str]) -> str:
    rows = "".join(f"<li>{item}</li>" for item in items) or '<li class="note">none</li>'
    return f"<section><h3>{heading}</h3><ul>{rows}</ul></section>"

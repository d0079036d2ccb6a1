"""Enriched records for people at a terminal, without more colour than meaning. Names and texts are strangers': see
``safe``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from service.cli import safe
from service.page import words
from service.page.matches import matches, scope
from service.page.titles import shorten, title

Json = Mapping[str, Any]
ENTITIES = 8  # the most salient
EVIDENCE = 90  # characters of a quotation


def card(record: Json) -> RenderableType:
    """Title, themes with their evidence, who it is about, what happened."""
    article = record["article"]
    if record["status"] == "retracted":
        return Group(headline(article["id"], "retracted by its publisher", "yellow"))
    lines = [
        *(_theme(theme) for theme in record["themes"]),
        *(_event(event) for event in record["events"] if event["main"]),
    ]
    if record["entities"]:
        lines.append(_entities(record["entities"]))
    if not lines:
        lines.append(Text(f"no tags: the language is {record['language']['code']}" if _foreign(record) else "no tags"))
    return Group(headline(title(record), article["id"]), *map(indented, lines))


def headline(text: str, remark: str, style: str = "bold") -> Text:
    return Text.assemble((_plain(text), style), "  ", (_plain(remark), "dim"), overflow="fold")


def indented(line: Text) -> Padding:
    return Padding(line, (0, 0, 0, 2), expand=False)


def _foreign(record: Json) -> bool:
    return not record["entities"] and record["language"]["code"] != "en"


def _theme(theme: Json) -> Text:
    about = matches(theme)
    line = Text.assemble(
        (f"theme   {theme['id']}", "green" if about else "dim"),
        (f" {theme['score']:.2f}" + ("" if about else f", {scope(theme)}"), "dim"),
    )
    for evidence in theme["evidence"][:1]:
        line.append(f"  “{_plain(shorten(evidence['text'], EVIDENCE))}”", "italic dim")
    return line


def _event(event: Json) -> Text:
    roles = "; ".join(f"{role}: {_named(parties)}" for role, parties in event["roles"].items() if parties)
    facts = ", ".join(str(event[name]) for name in ("rate", "amount", "effective") if event[name])
    said = f" {words.spaced(event['status'])}" + (", denied" if event["negated"] else "")
    line = Text.assemble((f"event   {words.spaced(event['type'])}", "cyan"), said)
    return line.append("  " + _plain("; ".join(filter(None, (roles, facts)))))


def _named(parties: Iterable[Json]) -> str:
    return ", ".join(party["name"] for party in parties)


def _entities(entities: Iterable[Json]) -> Text:
    line = Text("about   ")
    for entity in list(entities)[:ENTITIES]:
        line.append(_plain(entity["name"])).append(f" {entity['type']}  ", "dim")
    return line


def _plain(text: str) -> str:
    return safe.one_line(" ".join(text.split()))

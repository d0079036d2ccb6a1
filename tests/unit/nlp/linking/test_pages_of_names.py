"""Sentences with their names marked ``[name|TYPE]``, and which of the names are one."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from service.model import Article, Entity, Mention, Segment
from service.nlp.linking import Linker

_MARK = re.compile(r"\[([^\[\]|]+)\|([A-Z_]+)\]")
LINK = Linker(lambda name, kind: {"iso": "KR"} if (name, kind) == ("South Korea", "GPE") else {})


def read(marked: str) -> tuple[str, list[tuple[int, int, str]]]:
    text, spans, last = "", [], 0
    for mark in _MARK.finditer(marked):
        text += marked[last : mark.start()]
        spans.append((len(text), len(text) + len(mark[1]), mark[2]))
        text += mark[1]
        last = mark.end()
    return text + marked[last:], spans


def link(*stories: str, title: str = "") -> tuple[Entity, ...]:
    """Entities of a body made of stories, one a line; the first is the main one."""
    body, mentions, segments = "", [], []
    head, spans = read(title)
    mentions += [Mention("title", s, e, head[s:e], kind, None) for s, e, kind in spans]
    for number, story in enumerate(stories):
        text, spans = read(story)
        at = len(body)
        mentions += [Mention("body", at + s, at + e, text[s:e], kind, number) for s, e, kind in spans]
        segments.append(Segment(number, number, "story" if not number else "teaser", not number, at, at + len(text)))
        body += text + "\n"
    return LINK(Article("a", body, head), mentions, segments)


def groups(*stories: str, title: str = "") -> set[frozenset[str]]:
    found = {frozenset(m.text for m in entity.mentions) for entity in link(*stories, title=title)}
    return {group for group in found if len(group) > 1}


@pytest.mark.parametrize(
    ("text", "together"),
    [
        ("[Mira Olsen|PERSON] spoke. [Olsen|PERSON] left.", [{"Mira Olsen", "Olsen"}]),
        ("[Chey Tae-won|PERSON] spoke. [Chey|PERSON] left.", [{"Chey Tae-won", "Chey"}]),
        ("[Charles Q. Brown Jr.|PERSON] spoke. [Charles Brown Jr.|PERSON] and [Brown|PERSON]", [{"Charles Q. Brown Jr.", "Charles Brown Jr.", "Brown"}]),
        ("[Joe Hartman|PERSON], born [Joseph Hartman|PERSON]", [{"Joe Hartman", "Joseph Hartman"}]),
        ("[Ann Reed|PERSON] met [Tom Reed|PERSON]. [Reed|PERSON] laughed.", [{"Tom Reed", "Reed"}]),
        ("[Łukasz Żak|PERSON] spoke. [Zak|PERSON] left.", [{"Łukasz Żak", "Zak"}]),
        ("[Northwind Corp|ORG] bought it; [Northwind|ORG] said so.", [{"Northwind Corp", "Northwind"}]),
        ("[Cobalt Systems Inc|ORG] rose. [Cobalt|ORG] fell.", [{"Cobalt Systems Inc", "Cobalt"}]),
        ("[Cobalt|ORG] rose. [Cobalt DeepLab|ORG] fell.", []),
        ("[SK Hynix|ORG] and [SK Group|ORG], or [SK|ORG]", [{"SK Group", "SK"}]),
        ("the [European Investment Bank|ORG] lent; the [EIB|ORG] waited", [{"European Investment Bank", "EIB"}]),
        ("the [Irish Data Board|ORG] ruled; the [DB|ORG] waited", []),
        ("[Fjord Export Council|ORG] ([FEXCO|ORG]) said", [{"Fjord Export Council", "FEXCO"}]),
        ("[the Department of Labor|ORG], or [Labor Department|ORG]", [{"the Department of Labor", "Labor Department"}]),
        ("[Henry Wu|PERSON] ([吳嘉隆|PERSON]) said", [{"Henry Wu", "吳嘉隆"}]),
        ("[Hon Hai Precision|ORG] ([鴻海|ORG]), also known as [Foxconn|ORG]", [{"Hon Hai Precision", "鴻海", "Foxconn"}]),
        ("the [US|GPE], the [U.S.|GPE], the [United States|GPE]", [{"US", "U.S.", "United States"}]),
        ("[Kingdom of Denmark|GPE] or [Denmark|GPE]", [{"Kingdom of Denmark", "Denmark"}]),
        ("[China|GPE] and the [Republic of China|GPE]", []),
        ("[Lansing|GPE], [Mich.|GPE], in [Michigan|GPE]", [{"Mich.", "Michigan"}]),
        ("[Bank of Japan|ORG] and [Bank of Korea|ORG]; the [Bank|ORG]", []),
        ("[Jordan|GPE] met [Ann Jordan|PERSON]", []),
    ],
)  # fmt: skip
def test_names_of_one_thing_are_one_entity(text: str, together: list[set[str]]) -> None:
    assert groups(text) == {frozenset(group) for group in together}


def test_a_surname_looks_in_its_own_story_first() -> None:
    entities = link("[Mira Lee|PERSON] spoke. [Lee|PERSON] left.", "[Jon Lee|PERSON] sang. [Lee|PERSON] bowed.")
    assert {e.name: [m.start for m in e.mentions] for e in entities} == {"Mira Lee": [0, 16], "Jon Lee": [26, 40]}


def test_a_surname_alone_in_its_story_looks_on_the_rest_of_the_page() -> None:
    assert groups("[Mira Lee|PERSON] spoke.", "[Lee|PERSON] bowed.") == {frozenset({"Mira Lee", "Lee"})}


def test_the_fullest_name_is_the_entitys() -> None:
    names = {e.name for e in link("[MIRA OLSEN|PERSON] of the [US|GPE]. [Mira Olsen|PERSON], [Olsen|PERSON].")}
    assert names == {"Mira Olsen", "United States"}


def test_who_the_story_is_about_comes_first() -> None:
    entities = link(
        "[Northwind|ORG] will build a plant in [Norway|GPE]. [Northwind|ORG] hired [Ann Reed|PERSON].",
        "[Cobalt|ORG] fell. [Cobalt|ORG] fell again. [Cobalt|ORG] rose.",
        title="[Northwind|ORG] to build",
    )
    assert entities[0].name == "Northwind"
    assert entities[0].salience == 1.0
    assert entities[-1].name == "Cobalt"
    assert [e.id for e in entities] == ["e0", "e1", "e2", "e3"]
    assert all(a.salience >= b.salience for a, b in pairwise(entities))


def test_identifiers_are_asked_for_by_name_and_type() -> None:
    by_name = {e.name: e.identifiers for e in link("[South Korea|GPE] and [Norway|GPE]")}
    assert by_name == {"South Korea": {"iso": "KR"}, "Norway": {}}


def test_every_mention_is_in_exactly_one_entity() -> None:
    entities = link("[Ann Reed|PERSON], [Reed|PERSON], [Reed Inc|ORG], [Reed|ORG], the [US|GPE] and [Us|PRODUCT]")
    assert sorted(m.start for e in entities for m in e.mentions) == sorted(
        {m.start for e in entities for m in e.mentions}
    )
    assert sum(len(e.mentions) for e in entities) == 6
    assert all(len({m.type for m in e.mentions}) == 1 for e in entities)

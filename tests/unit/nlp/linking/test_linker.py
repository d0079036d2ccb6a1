"""Which names of an invented page are one: ``[name|TYPE]`` marks the mentions."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from service.model import Article, Entity, Mention, Segment
from service.nlp.linking import Linker

_MARK = re.compile(r"\[([^\[\]|]+)\|([A-Z_]+)\]")
LINK = Linker(lambda name, kind: {"iso": "KR"} if (name, kind) == ("South Korea", "GPE") else {})

Spans = list[tuple[int, int, str]]


def read(marked: str) -> tuple[str, Spans]:
    """The text, and where in it which type of name stands."""
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


def clusters(*stories: str) -> set[frozenset[str]]:
    """The entities, each as its names."""
    return {frozenset(mention.text for mention in entity.mentions) for entity in link(*stories)}


@pytest.mark.parametrize(
    "marked",
    [
        "[Maria Delgado|PERSON] spoke. [Delgado|PERSON] left.",
        "[Chey Min-ho|PERSON] spoke. [Chey|PERSON] left.",
        "[Ursula von der Aue|PERSON] spoke. [Von Der Aue|PERSON] left.",
        "[Anna B. Reyes|PERSON] and [Anna Reyes|PERSON] and [Reyes|PERSON]",
        "[Henry Lin|PERSON] ([林亨利|PERSON]) spoke",
        "[Halden Group Corp|ORG], [Halden Group|ORG] and [Halden|ORG]",
        "[Apple Inc.|ORG] and [Apple|ORG]",
        "[Northern Steel Manufacturing Co Ltd|ORG] and [NSMC|ORG]",
        "the [Northern Tidal Trade Area|EVENT] ([NoTTA|PRODUCT]) said",
        "the [Harbour Council|ORG] ([港務局|PERSON]) said",
        "the [Institute of Tidal Energy|ORG] ([Tidal|ORG]) said",
        "[Corvane Robotics|ORG], formerly known as [Lumen Arms|ORG], said",
        "the [World Trade Organization|ORG] and the [WTO|ORG]",
        "the [U.S. Department of Justice|ORG] and the [Justice Department|ORG]",
        "[The Harbour Street Journal|ORG] wrote; the [Journal|ORG] said",
        "[US|GPE], [U.S.|GPE], [America|GPE] and the [United States|GPE]",
        "[Britain|GPE] and the [UK|GPE]",
        "[South Korea|GPE] and [Korea|GPE]",
        "[iPhone|PRODUCT] and [iPhones|PRODUCT]",
        "[Tarnbook.com Inc.|ORG], [Tarnbook.com|ORG] and [Tarnbook|ORG]",
        "[DELGADO|PERSON] and [Delgado|PERSON]",
    ],
)
def test_names_of_one_thing_are_put_together(marked: str) -> None:
    assert clusters(marked) == {frozenset(match[1] for match in _MARK.finditer(marked))}


@pytest.mark.parametrize(
    "marked",
    [
        "[Reyes|PERSON] spoke. [Ana Reyes|PERSON] met [Luis Reyes|PERSON].",
        "[SK|ORG] owns [SK Hynix|ORG]",
        "[China|GPE] and [Beijing|GPE]",
        "[South Korea|GPE], [North Korea|GPE] and [Korea|GPE]",
        "[Georgia|GPE] and [Washington|GPE]",
        "[ChatGPT|PRODUCT] and [ChatGPT Enterprise|PRODUCT]",
        "[Lyon|GPE] ([France|GPE])",
        "the [UN|ORG] and the [US Navy|ORG]",
        "[Regulation|LAW] ([EU|ORG]) 2024/1",
        "[Brightpath Summit|EVENT] of [Brightpath|ORG]",
        "[Ana Reyes|PERSON] and [Ana Reyes Jr.|PERSON]",
        "[Halden|ORG] and [Halden India|ORG]",
        "[Turkish|NORP] and [Turkey|GPE]",
        "[Google Ferries|ORG] is made by [Google|ORG]",
    ],
)
def test_what_is_not_certain_is_left_apart(marked: str) -> None:
    names = [match[1] for match in _MARK.finditer(marked)]
    assert clusters(marked) == {frozenset([name]) for name in names}


def test_a_surname_belongs_to_its_own_story_first() -> None:
    stories = (
        "[Ana Reyes|PERSON] spoke. [Reyes|PERSON] left. ",
        "[Luis Costa|PERSON] won. [Luis Reyes|PERSON] lost.",
    )
    assert frozenset({"Ana Reyes", "Reyes"}) in clusters(*stories)


def test_the_surname_is_the_parents_rather_than_the_juniors() -> None:
    assert frozenset({"Ana Reyes", "Reyes"}) in clusters("[Ana Reyes|PERSON], [Ana Reyes Jr.|PERSON], [Reyes|PERSON]")


def test_a_shouted_name_is_not_the_name() -> None:
    assert [entity.name for entity in link("[GENEVA|GPE] (AP). In [Geneva|GPE]")] == ["Geneva"]
    assert [entity.name for entity in link("[PORT TARN|GPE] (AP) - [NATO|ORG]")] == ["NATO", "Port Tarn"]


def test_the_fullest_name_and_its_type_stand_for_the_entity() -> None:
    [entity] = link("[Delgado|ORG] and [Delgado|ORG] of [Delgado Steel Corp|ORG]")
    assert (entity.name, entity.type) == ("Delgado Steel Corp", "ORG")
    [country] = link("the [U.S.|GPE]")
    assert country.name == "United States"


def test_a_name_taken_for_two_things_is_what_it_mostly_is() -> None:
    [entity] = link("[Ana Reyes|PERSON], [Ana Reyes|PERSON] and [Ana Reyes|FAC]")
    assert (entity.type, len(entity.mentions)) == ("PERSON", 3)
    assert len(link("[Ana London|PERSON] left. [London|PERSON] flew to [London|GPE]")) == 2


def test_the_press_that_signs_the_story_does_not_lead_it() -> None:
    signed = "[TARN|GPE] ([Reuters|ORG]) - [Reyes|PERSON] told [Reuters|ORG] so, a [Reuters|ORG] poll found. (c) Photo/[Reuters|ORG]"
    assert {entity.name: entity.salience for entity in link(signed)}["Reuters"] <= 0.1


def test_where_the_story_is_sent_from_does_not_lead_it() -> None:
    for dateline in ("[TARN|GPE] ([Reuters|ORG]) - ", "[TARN|GPE] — ", "[Tarn|GPE], Norway ([AP|ORG]) — "):
        found = {entity.name: entity.salience for entity in link(f"{dateline}[Ana Reyes|PERSON] left.")}
        assert found.get("Tarn", found.get("TARN", 1.0)) <= 0.1
    told = link("[Tarn|GPE] — a town of mills — mourns [Ana Reyes|PERSON].")
    assert {entity.name: entity.salience for entity in told}["Tarn"] > 0.1


def test_the_press_may_be_what_the_story_is_about() -> None:
    first, *_ = link("[Reuters|ORG] hired [Ana Reyes|PERSON]. [Reuters|ORG] grew.")
    assert first.name == "Reuters"


def test_ids_follow_salience_and_mentions_the_text() -> None:
    entities = link("[Oslo|GPE] heard [Delgado|PERSON]. [Delgado|PERSON] spoke. [Delgado|PERSON] left.")
    assert [(e.id, e.name) for e in entities] == [("e0", "Delgado"), ("e1", "Oslo")]
    assert [m.start for m in entities[0].mentions] == sorted(m.start for m in entities[0].mentions)


def test_an_article_without_names_has_no_entities() -> None:
    assert link("Nothing here.") == ()


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
def test_which_names_of_several_are_one_entity(text: str, together: list[set[str]]) -> None:
    found = clusters(text)
    assert {group for group in found if len(group) > 1} == {frozenset(group) for group in together}


def test_a_surname_looks_in_its_own_story_first() -> None:
    entities = link("[Mira Lee|PERSON] spoke. [Lee|PERSON] left.", "[Jon Lee|PERSON] sang. [Lee|PERSON] bowed.")
    assert {e.name: [m.start for m in e.mentions] for e in entities} == {"Mira Lee": [0, 16], "Jon Lee": [26, 40]}


def test_a_surname_alone_in_its_story_looks_on_the_rest_of_the_page() -> None:
    assert clusters("[Mira Lee|PERSON] spoke.", "[Lee|PERSON] bowed.") == {frozenset({"Mira Lee", "Lee"})}


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

"""Which names are one: [name|TYPE] marks the mentions of an invented article; the clusters are listed by their names."""

from __future__ import annotations

import re

import pytest

from service.model import Article, Entity, Mention, Segment
from service.nlp.linking import Linker

LINKER = Linker()
_MARK = re.compile(r"\[([^|\]]+)\|([A-Z_]+)\]")


def link(marked: str, segments: tuple[Segment, ...] = (), title: str | None = None) -> tuple[Entity, ...]:
    body, mentions, at = "", [], 0
    for match in _MARK.finditer(marked):
        body += marked[at : match.start()]
        start = len(body)
        segment = next((s.id for s in segments if s.start <= start < s.end), None)
        mentions.append(Mention("body", start, start + len(match[1]), match[1], match[2], segment))
        body += match[1]
        at = match.end()
    return LINKER(Article(id="a", title=title, body=body + marked[at:]), tuple(mentions), segments)


def clusters(marked: str, segments: tuple[Segment, ...] = ()) -> set[frozenset[str]]:
    return {frozenset(mention.text for mention in entity.mentions) for entity in link(marked, segments)}


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
    first, second = (
        "[Ana Reyes|PERSON] spoke. [Reyes|PERSON] left. ",
        "[Luis Costa|PERSON] won. [Luis Reyes|PERSON] lost.",
    )
    cut = len(_MARK.sub(r"\1", first))
    segments = (Segment(0, 0, "story", True, 0, cut), Segment(1, 1, "teaser", False, cut, 999))
    assert frozenset({"Ana Reyes", "Reyes"}) in clusters(first + second, segments)


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
    assert [entity.name for entity in link(signed)][-1] == "Reuters"
    assert link(signed)[-1].salience <= 0.1


def test_the_press_may_be_what_the_story_is_about() -> None:
    first, *_ = link("[Reuters|ORG] hired [Ana Reyes|PERSON]. [Reuters|ORG] grew.")
    assert first.name == "Reuters"


def test_ids_follow_salience_and_mentions_the_text() -> None:
    entities = link("[Oslo|GPE] heard [Delgado|PERSON]. [Delgado|PERSON] spoke. [Delgado|PERSON] left.")
    assert [(e.id, e.name) for e in entities] == [("e0", "Delgado"), ("e1", "Oslo")]
    assert [m.start for m in entities[0].mentions] == sorted(m.start for m in entities[0].mentions)


def test_an_article_without_names_has_no_entities() -> None:
    assert link("Nothing here.") == ()

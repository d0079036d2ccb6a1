"""Sentences of our own, with names marked, and the event that a reader takes from them."""

from __future__ import annotations

import pytest

from service.model import Event
from service.nlp.events import EventExtractor
from tests.unit.nlp.annotated import news

EXTRACTOR = EventExtractor()


def extract(marked: str) -> list[Event]:
    story = news(marked)
    return list(EXTRACTOR.extract(story.article, {}, story.sentences, story.entities, story.quantities))


def names(event: Event, role: str) -> set[str]:
    return {party.name for party in event.roles.get(role, ())}


PARTNERS = [
    "[Orbita|ORG] and [Lindqvist|ORG] have formed a partnership to build AI models for hospitals.",
    "[Orbita|ORG] said it would develop artificial intelligence products with [Lindqvist|ORG].",
    "AI firm [Orbita|ORG] signed a [$3.5 billion|MONEY] deal with [Lindqvist|ORG] for AI data centres.",
    "[Orbita|ORG] is partnering with [Lindqvist|ORG] on a large language model for [Norway|GPE].",
    "The AI alliance between [Orbita|ORG] and [Lindqvist|ORG] will run for five years.",
    "In partnership with [Lindqvist|ORG], [Orbita|ORG] launched an AI assistant for tram drivers.",
]


@pytest.mark.parametrize("sentence", PARTNERS)
def test_partners_of_an_ai_deal(sentence: str) -> None:
    (event,) = extract(sentence)
    assert (event.type, names(event, "partners"), event.negated) == ("partnership", {"Orbita", "Lindqvist"}, False)
    assert event.roles["partners"][0].entity is not None
    assert event.evidence.rule


@pytest.mark.parametrize(
    "sentence",
    [
        "[Orbita|ORG] released an AI model on Tuesday.",
        "[Orbita|ORG] sued its AI rival [Lindqvist|ORG] in [Oslo|GPE].",
        "[Nora Vik|PERSON] left [Orbita|ORG] for [Lindqvist|ORG].",
        "Shares of [Orbita|ORG] and [Lindqvist|ORG] rose.",
    ],
)
def test_no_partnership(sentence: str) -> None:
    assert not [event for event in extract(sentence) if event.type == "partnership"]


def test_a_deal_told_twice_is_one_event_with_its_best_sentence() -> None:
    (event,) = extract(
        "[Orbita|ORG] has signed an AI partnership with [Lindqvist|ORG].\n"
        "[Orbita|ORG] and [Lindqvist|ORG] agreed to jointly build AI models."
    )
    assert event.evidence.text.endswith(".")


def test_the_company_is_who_the_story_is_about() -> None:
    events = extract(
        "[Orbita|ORG] makes AI chips.\nThe company announced an AI partnership with [Lindqvist|ORG] on Monday."
    )
    assert {"Orbita", "Lindqvist"} in [names(event, "partners") for event in events]


@pytest.mark.parametrize(
    ("sentence", "imposer", "target", "rate"),
    [
        ("The [US|GPE] imposed a [25%|PERCENT] tariff on steel from [Canada|GPE].", "United States", {"Canada"}, "25%"),
        ("[China|GPE] slapped duties of [10%|PERCENT] on [American|NORP] soybeans.", "China", {"United States"}, "10%"),
        (
            "President [Donald Trump|PERSON] threatened tariffs of [30%|PERCENT] on imports from [Mexico|GPE] and [Canada|GPE].",
            "United States",
            {"Mexico", "Canada"},
            "30%",
        ),
        ("The [US|GPE] imposed a tariff of [40%|PERCENT] on steel.", "United States", set(), "40%"),
        ("[Brussels|GPE] will raise tariffs on [Chinese|NORP] cars.", "European Union", {"China"}, None),
        ("Steel tariffs imposed by [Turkey|GPE] on [Russia|GPE] took effect.", "Turkey", {"Russia"}, None),
    ],
)
def test_who_imposes_a_tariff_on_whom(sentence: str, imposer: str, target: set[str], rate: str | None) -> None:
    event = next(event for event in extract(sentence) if event.type == "tariff")
    assert names(event, "imposer") == {imposer}
    assert names(event, "target") == target
    assert event.rate == rate


@pytest.mark.parametrize(
    ("sentence", "status"),
    [
        ("The [US|GPE] threatened to impose tariffs on goods from [Chile|GPE].", "proposed"),
        ("The [US|GPE] may impose tariffs on goods from [Chile|GPE].", "proposed"),
        ("The [US|GPE] announced tariffs of [20%|PERCENT] on goods from [Chile|GPE].", "announced"),
        ("The [US|GPE] tariffs on goods from [Chile|GPE] have been in force since May.", "in_force"),
        ("The [US|GPE] paused its tariffs on goods from [Chile|GPE].", "paused"),
        ("A court struck down the [US|GPE] tariffs on goods from [Chile|GPE].", "ended"),
        ("The [US|GPE] lifted its tariffs on goods from [Chile|GPE].", "ended"),
    ],
)
def test_how_far_a_tariff_has_come(sentence: str, status: str) -> None:
    event = next(event for event in extract(sentence) if event.type == "tariff")
    assert event.status == status


@pytest.mark.parametrize(
    ("sentence", "status"),
    [
        ("[Orbita|ORG] and [Lindqvist|ORG] announced a partnership on AI.", "announced"),
        ("[Orbita|ORG] is in talks with [Lindqvist|ORG] about an AI partnership.", "under_talks"),
        ("[Orbita|ORG] and [Lindqvist|ORG] have ended their AI partnership.", "ended"),
    ],
)
def test_how_far_a_partnership_has_come(sentence: str, status: str) -> None:
    (event,) = extract(sentence)
    assert event.status == status


@pytest.mark.parametrize(
    ("sentence", "negated"),
    [
        ("[Orbita|ORG] has no plans for an AI partnership with [Lindqvist|ORG].", True),
        ("[Orbita|ORG] denied that it had signed an AI partnership with [Lindqvist|ORG].", True),
        ("[Orbita|ORG] declined to comment on its AI partnership with [Lindqvist|ORG].", False),
        ("[Orbita|ORG] denied that its AI partnership with [Lindqvist|ORG] had stalled.", False),
    ],
)
def test_denials(sentence: str, negated: bool) -> None:
    (event,) = extract(sentence)
    assert event.negated is negated


def test_the_goods_of_a_tariff() -> None:
    (event,) = extract("The [US|GPE] imposed a [25%|PERCENT] tariff on steel and cars from [Canada|GPE].")
    assert names(event, "products") == {"steel", "cars"}


def test_from_when_a_tariff_holds() -> None:
    (event,) = extract(
        "The [US|GPE] will impose a tariff of [10%|PERCENT] on goods from [Chile|GPE], effective [March 4|DATE=2025-03-04]."
    )
    assert event.effective == "2025-03-04"


def test_two_rates_are_two_tariffs() -> None:
    events = extract(
        "The [US|GPE] announced a tariff of [10%|PERCENT] on goods from [Chile|GPE].\n"
        "The [US|GPE] also announced a tariff of [50%|PERCENT] on goods from [Peru|GPE]."
    )
    assert {(event.rate, *names(event, "target")) for event in events if event.type == "tariff"} == {
        ("10%", "Chile"),
        ("50%", "Peru"),
    }


def test_partners_of_a_trade_deal() -> None:
    (event,) = extract("[Chile|GPE] and [Vietnam|GPE] signed a free trade agreement on Wednesday.")
    assert (event.type, event.status) == ("trade_deal", "announced")
    assert names(event, "partners") == {"Chile", "Vietnam"}


def test_an_event_of_another_story_is_not_of_the_main_one() -> None:
    events = extract("The choir sang.\n---\nThe [US|GPE] imposed a [25%|PERCENT] tariff on steel from [Canada|GPE].")
    assert [(event.main, event.segment) for event in events] == [(False, 1)]


def test_evidence_quotes_the_article() -> None:
    story = news("The [US|GPE] imposed a [25%|PERCENT] tariff on steel from [Canada|GPE].")
    (event,) = EXTRACTOR.extract(story.article, {}, story.sentences, story.entities, story.quantities)
    assert story.article.body[event.evidence.start : event.evidence.end] == event.evidence.text

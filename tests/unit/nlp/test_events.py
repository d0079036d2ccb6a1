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
    ("sentence", "subject"),
    [
        (PARTNERS[1], set()),
        ("[Orbita|ORG] will build artificial intelligence (AI) products in a partnership with [Lindqvist|ORG].", set()),
        (PARTNERS[2], {"AI data centres"}),
        (PARTNERS[3], {"large language model"}),
        (
            "[Orbita|ORG] will use [Vega 2|PRODUCT], an AI model, under a deal with [Lindqvist|ORG].",
            {"Vega 2", "AI model"},
        ),
    ],
)
def test_what_a_partnership_is_about(sentence: str, subject: set[str]) -> None:
    (event,) = extract(sentence)
    assert names(event, "subject") == subject


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
        (
            "[Donald Trump|PERSON] vows in [Oslo|GPE] to impose tariffs of [5%|PERCENT] on [Peru|GPE].",
            "United States",
            {"Peru"},
            "5%",
        ),
        (
            "[Peru|GPE] sent envoys as soon as President [Donald Trump|PERSON] announced tariffs of [5%|PERCENT] on copper.",
            "United States",
            set(),
            "5%",
        ),
        (
            "The [US|GPE] imposed a tariff of [25%|PERCENT] on goods from [Chile|GPE], and [Norway|GPE] will respond.",
            "United States",
            {"Chile"},
            "25%",
        ),
        ("[China|GPE] imposed a tariff on all that people buy from [Peru|GPE].", "China", {"Peru"}, None),
        (
            "[Oslo|GPE] regrets [Donald Trump|PERSON]’s decision to impose tariffs on [Norwegian|NORP] salmon.",
            "United States",
            {"Norway"},
            None,
        ),
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
        ("[Norway|GPE] drops tariffs on goods from [Chile|GPE].", "ended"),
        ("[Norway|GPE] will remove its tariffs on goods from [Chile|GPE] in May.", "ended"),
        ("[India|GPE] extends countervailing duties on glass from [Vietnam|GPE].", "in_force"),
        ("[India|GPE] extended the deadline for its tariffs on glass from [Vietnam|GPE].", "paused"),
        ("[India|GPE] extended for 90 days the truce on its tariffs on glass from [Vietnam|GPE].", "paused"),
        ("The [US|GPE] implemented tariffs on goods from [Chile|GPE].", "in_force"),
        ("[Norway|GPE] is expected to impose tariffs on goods from [Chile|GPE].", "proposed"),
        ("[Norway|GPE] announced that it would impose tariffs on goods from [Chile|GPE].", "announced"),
        ("[Norway|GPE] unveiled plans to put tariffs on goods from [Chile|GPE].", "proposed"),
        ("[Norway|GPE] wants [Chile|GPE] to lift its tariffs on glass.", "in_force"),
        ("Makers of glass pay more because of [Norwegian|NORP] tariffs on goods from [Chile|GPE].", "in_force"),
        ("[Norway|GPE] keeps its tariffs on [Chile|GPE] until it stops illegal fishing.", "in_force"),
        ("[Norway|GPE] is raising tariffs on goods from [Chile|GPE].", "announced"),
        ("A judge ruled that [Norway|GPE]’s tariffs on [Chile|GPE] are unlawful.", "ended"),
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


@pytest.mark.parametrize(
    "sentence",
    [
        "[Norway|GPE] will raise its tariff for a kilowatt hour of electricity by [9%|PERCENT].",
        "[Norway|GPE] raised excise duty on tobacco by [2%|PERCENT].",
        "[Telenor|ORG] raised its roaming tariff in [Norway|GPE] by [5%|PERCENT].",
    ],
)
def test_a_charge_within_a_country_is_no_tariff(sentence: str) -> None:
    assert not extract(sentence)


def test_who_is_offered_an_exemption_imposes_nothing() -> None:
    events = extract("[Donald Trump|PERSON] plans to offer [Peru|GPE], [Chile|GPE] a tariff exemption.")
    assert all(names(event, "imposer") == {"United States"} for event in events)


def test_unnamed_countries_impose_without_a_name() -> None:
    events = extract(
        "The [US|GPE] imposed a tariff of [40%|PERCENT] on steel.\n"
        "Other countries will impose retaliatory tariffs on [Canada|GPE]."
    )
    later = [event for event in events if "Other" in event.evidence.text]
    assert all(not names(event, "imposer") for event in later)


def test_tariffs_on_each_other_are_two() -> None:
    events = extract("[Chile|GPE] and [Vietnam|GPE] imposed tariffs of [10%|PERCENT] on each other.")
    assert {(*names(e, "imposer"), *names(e, "target")) for e in events if e.type == "tariff"} == {
        ("Chile", "Vietnam"),
        ("Vietnam", "Chile"),
    }


@pytest.mark.parametrize(
    ("sentence", "status"),
    [
        ("[Indonesia|GPE] will ban exports of bauxite to [China|GPE] from June.", "announced"),
        ("The [Netherlands|GPE] has restricted shipments of lenses to [China|GPE].", "in_force"),
        ("[Japan|GPE] will require a licence for exports of solvents to [South Korea|GPE].", "announced"),
        ("[Norway|GPE] is suspending sales of arms to [Chile|GPE].", "announced"),
        ("[Japan|GPE] may impose export controls on solvents for [South Korea|GPE].", "proposed"),
    ],
)
def test_export_controls(sentence: str, status: str) -> None:
    event = next(event for event in extract(sentence) if event.type == "export_control")
    assert (event.status, len(names(event, "imposer"))) == (status, 1)


@pytest.mark.parametrize(
    ("sentence", "status"),
    [
        ("[Chile|GPE] and [Vietnam|GPE] conclude a free trade agreement.", "announced"),
        ("[Chile|GPE] seals a free trade agreement with [Vietnam|GPE].", "announced"),
        ("[Chile|GPE] threatened to withdraw from its free trade agreement with [Vietnam|GPE].", "proposed"),
    ],
)
def test_how_far_a_trade_deal_has_come(sentence: str, status: str) -> None:
    (event,) = extract(sentence)
    assert (event.type, event.status) == ("trade_deal", status)


def test_a_rate_is_of_the_sentence_that_is_quoted() -> None:
    events = extract(
        "The [US|GPE] imposed sweeping tariffs on goods from [China|GPE].\n"
        "Markets fell.\nIt rained.\n"
        "[Joe Biden|PERSON] had raised tariffs to [35%|PERCENT].\n"
        "A bill would raise [US|GPE] tariffs to [100%|PERCENT]."
    )
    assert [e.rate for e in events if e.evidence.text.startswith("The US imposed")] == [None]


def test_the_country_that_the_article_is_about_is_meant_where_no_sentence_names_another() -> None:
    events = extract(
        "[Chile|GPE] sells copper.\n[Chile|GPE] is worried.\n[Chile|GPE] grows grapes.\n"
        "[Norway|GPE] announced new tariffs on Tuesday."
    )
    (tariff,) = [event for event in events if event.type == "tariff"]
    assert (names(tariff, "imposer"), names(tariff, "target")) == ({"Norway"}, {"Chile"})


def test_a_department_acts_for_its_country() -> None:
    events = extract("The [Peruvian Ministry of Fisheries|ORG] banned exports of anchovies to [Chile|GPE].")
    assert [names(event, "imposer") for event in events] == [{"Peru"}]


@pytest.mark.parametrize(
    ("sentence", "status"),
    [
        ("A trade war between [Chile|GPE] and [Peru|GPE] hurts farmers.", "in_force"),
        ("[Chile|GPE] and [Peru|GPE] agreed to a truce in their trade war.", "paused"),
        ("[Chile|GPE] and [Peru|GPE] are on the brink of a trade war.", "proposed"),
        ("[Chile|GPE] filed a complaint against [Peru|GPE] at the World Trade Organization.", "announced"),
    ],
)
def test_how_far_a_dispute_has_come(sentence: str, status: str) -> None:
    (event,) = [event for event in extract(sentence) if event.type == "trade_dispute"]
    assert event.status == status


def test_an_initiative_is_no_partner_of_its_house() -> None:
    events = extract(
        "[Orbita|ORG] trains AI models.\n[Orbita for Schools|ORG] is an AI partnership of [Orbita|ORG] with [Lindqvist|ORG]."
    )
    assert [names(event, "partners") for event in events] == [{"Orbita", "Lindqvist"}]


def test_the_agency_of_a_dateline_is_no_partner() -> None:
    events = extract("OSLO ([Skagen News|ORG]) - AI firm [Orbita|ORG] signed a deal with [Lindqvist|ORG].")
    assert [names(event, "partners") for event in events] == [{"Orbita", "Lindqvist"}]


def test_a_partnership_far_from_any_word_of_ai_is_of_no_interest() -> None:
    events = extract(
        "[Orbita|ORG] makes boats.\nIt rained.\nThe harbour was full.\n"
        "[Orbita|ORG] has formed a partnership with [Lindqvist|ORG].\nThey build ferries.\nThe quay is long.\n"
        "A chatbot answers the phone."
    )
    assert not [event for event in events if event.type == "partnership"]

"""The sentences in the themes' own files, and articles of ours, through the whole tagger."""

from __future__ import annotations

from datetime import datetime

import pytest

from service import codec, settings
from service.model import Article, Enrichment
from service.nlp import taxonomy
from service.pipeline import Tagger

pytestmark = pytest.mark.nlp

EXAMPLES = [
    pytest.param(theme.id, example, id=f"{theme.id}-{i}")
    for theme in taxonomy.load()
    for i, example in enumerate(theme.examples)
]


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger(settings.load().pipeline, codec.Limits())


def tag(tagger: Tagger, body: str) -> Enrichment:
    (enrichment,) = tagger.tag([Article("a", body, None, "2026-03-10", datetime(2026, 3, 10))])
    return enrichment


@pytest.mark.parametrize(("theme", "example"), EXAMPLES)
def test_a_themes_own_sentences(tagger: Tagger, theme: str, example: taxonomy.Example) -> None:
    themes = {found.id for found in tag(tagger, example.text).themes if found.publish}
    assert (theme in themes) is example.holds


ALLIANCE = """\
Microsoft and the Finnish telecoms group Nokia on Tuesday announced a partnership to build AI data centres in Finland.

Nokia will invest 400 million euros in the project, which will run Microsoft's AI models for hospitals and schools.

"Finland has clean power and cold air," Nokia chief executive Justin Hotard said in Espoo.

Microsoft declined to comment on the cost.
"""

DUTIES = """\
The United States will impose a 15 percent tariff on Swiss watches from April 1, President Donald Trump said on Monday.

Swiss exports of watches to the United States were worth about $5 billion last year, customs data showed.

Switzerland's government said it regretted the decision and hoped to resume trade talks with Washington.

The tariff is part of a series of duties that Trump has announced since January.
"""


def test_an_alliance(tagger: Tagger) -> None:
    enrichment = tag(tagger, ALLIANCE)
    assert {theme.id for theme in enrichment.themes if theme.publish} == {"ai-partnerships"}
    partners = [{p.name for p in e.roles["partners"]} for e in enrichment.events if e.type == "partnership"]
    assert {"Microsoft", "Nokia"} in partners
    assert not [event for event in enrichment.events if event.type != "partnership"]


def test_duties(tagger: Tagger) -> None:
    enrichment = tag(tagger, DUTIES)
    assert {theme.id for theme in enrichment.themes if theme.publish} == {"tariffs", "trade"}
    tariff = next(event for event in enrichment.events if event.type == "tariff")
    assert {party.name for party in tariff.roles["imposer"]} == {"United States"}
    assert {party.name for party in tariff.roles["target"]} == {"Switzerland"}
    assert tariff.status == "announced"
    assert tariff.rate == "15 percent"


def test_evidence_is_a_sentence_of_the_article(tagger: Tagger) -> None:
    enrichment = tag(tagger, DUTIES)
    quotes = [q for theme in enrichment.themes for q in theme.evidence] + [e.evidence for e in enrichment.events]
    assert quotes
    assert all(DUTIES[quote.start : quote.end] == quote.text for quote in quotes)


def test_the_tariff_of_a_phone_company_is_none_anywhere_in_its_story(tagger: Tagger) -> None:
    body = (
        "The phone company Telvana dropped its new roaming tariff on Monday after complaints from its trade union.\n"
        "Anyone on the old tariff keeps it until the end of the year, its spokeswoman said in Oslo."
    )
    assert tag(tagger, body).events == ()
    assert [event.type for event in tag(tagger, body + "\nChina put a tariff of 10 percent on imported steel.").events]


def test_who_announced_a_tariff_imposes_it(tagger: Tagger) -> None:
    body = "A tariff of 10 percent on imported chips, announced by the European Union last week, does not concern the plan."
    (event,) = tag(tagger, body).events
    assert [party.name for party in event.roles["imposer"]] == ["European Union"]
    assert "target" not in event.roles

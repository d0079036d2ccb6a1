"""What templates are given: chosen, ordered, worded."""

from __future__ import annotations

from service.page.views import Article, Retraction, view, views
from tests.unit.records import EVIDENCE, RETRACTED, record


def article(**changes: object) -> Article:
    seen = view(record(**changes))
    assert isinstance(seen, Article)
    return seen


def test_events_say_who_and_how_far() -> None:
    (event,) = article().events
    assert (event.type, event.status, event.negated) == ("trade deal", "under talks", True)
    assert event.facts == (("partners", "Orrin Ltd, Norway"), ("amount", "$5"))
    assert event.evidence.place == "b0"


def test_the_storys_own_themes_come_first_and_the_others_say_why_not() -> None:
    themes = [
        {"id": "tariffs", "score": 0.9, "scope": "beside", "iptc": [], "gdelt": [], "evidence": []},
        {"id": "trade", "score": 0.3, "scope": "main", "iptc": [], "gdelt": [], "evidence": [EVIDENCE] * 9},
        {"id": "ai-partnerships", "score": 0.9, "scope": "main", "iptc": [], "gdelt": [], "evidence": []},
    ]
    seen = article(themes=themes).themes
    assert [(theme.id, theme.match) for theme in seen] == [
        ("ai-partnerships", True), ("tariffs", False), ("trade", False)]  # fmt: skip
    assert [theme.scope for theme in seen] == ["main story", "beside the story", "below the threshold of 0.50"]
    assert len(seen[2].evidence) == 3


def test_entities_lead_to_their_mentions() -> None:
    (entity,) = article().entities
    assert (entity.name, entity.type, entity.mentions, entity.count) == ("Orrin Ltd", "Organisation", ("m0-0",), 1)
    assert entity.identifiers == (("ticker", "LSE:ORR"),)


def test_the_legend_counts_what_is_marked() -> None:
    assert article().groups == (("org", "Organisations", 1), ("quantity", "Amounts, dates", 1))


def test_flags_are_warnings_and_only_web_addresses_are_links() -> None:
    odd = record(processing={"flags": ["published_at_unreadable"]})
    odd["article"]["url"] = "javascript:alert(1)"
    seen = view(odd)
    assert isinstance(seen, Article)
    assert seen.url is None
    assert seen.warnings[0].startswith("The published date cannot be read")


def test_a_retraction_has_no_text_and_ids_of_several_differ() -> None:
    assert views([RETRACTED, RETRACTED]) == [Retraction("a0-", "a<1>"), Retraction("a1-", "a<1>")]

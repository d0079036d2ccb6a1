"""Themes of marked-up stories, and a theme of one's own from a folder."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from service.model import Theme
from service.nlp import taxonomy
from service.nlp.themes import ThemeClassifier
from tests.unit.nlp.annotated import News, news

BREAD = """
title = "Bread"
definition = "Bakers and what they bake."
threshold = 0.6
iptc = ["20000000"]

[words]
bake = ["bake*", "baker*", "bread"]
computing = ["cookie banner*"]

[[rules]]
name = "bakes"
score = 0.9
needs = ["bake"]
unless = ["computing"]
"""
SHIPPED = ThemeClassifier()


def classify(marked: str, classifier: ThemeClassifier = SHIPPED) -> dict[str, Theme]:
    story: News = news(marked)
    themes = classifier.classify(story.article, {}, story.sentences, story.entities, ())
    return {theme.id: theme for theme in themes}


@pytest.fixture
def with_bread(tmp_path: Path) -> ThemeClassifier:
    folder = tmp_path / "themes"
    shutil.copytree(taxonomy.FOLDER, folder)
    (folder / "bread.toml").write_text(BREAD, encoding="utf-8")
    return ThemeClassifier(folder)


def test_a_data_file_adds_a_theme_that_stands_on_its_rules(with_bread: ThemeClassifier) -> None:
    theme = classify("[Casa Lima|ORG] opened a second bakery in [Porto|GPE].\nIts bread is sold by noon.", with_bread)[
        "bread"
    ]
    assert (theme.scope, theme.publish, theme.iptc) == ("main", True, ("20000000",))
    assert theme.score >= 0.9
    assert [evidence.rule for evidence in theme.evidence] == ["bread/bakes", "bread/bakes"]


def test_what_a_rule_is_told_to_leave_alone_it_leaves_alone(with_bread: ThemeClassifier) -> None:
    assert "bread" not in classify("The baker app shows a cookie banner in [Porto|GPE].", with_bread)


def test_a_rule_counts_less_late_in_the_story(with_bread: ThemeClassifier) -> None:
    filler = "\n".join(["Nothing of the kind was said."] * 6)
    late = classify(f"The mayor of [Porto|GPE] spoke.\n{filler}\nA baker listened.", with_bread)["bread"]
    assert late.score < 0.6
    assert not late.publish


def test_another_theme_changes_no_score_of_those_that_were_there(with_bread: ThemeClassifier) -> None:
    story = "[Norway|GPE] will impose a tariff of [15%|PERCENT] on imports of bread from [Denmark|GPE]."
    before, after = classify(story), classify(story, with_bread)
    assert {name: theme.score for name, theme in before.items()} == {n: after[n].score for n in before}


def test_tariffs_imply_trade() -> None:
    themes = classify(
        "[Norway|GPE] will impose a tariff of [15%|PERCENT] on imports of timber from [Finland|GPE].\n"
        "[Finland|GPE] threatened to retaliate with duties on fish."
    )
    assert themes["tariffs"].publish
    assert themes["trade"].publish
    assert themes["trade"].score >= themes["tariffs"].score


def test_a_theme_of_another_story_on_the_page_stands_beside() -> None:
    themes = classify(
        "The choir of [Tromsø|GPE] sang for the king on Sunday.\nThe king clapped.\n---\n"
        "[Norway|GPE] will impose a tariff of [15%|PERCENT] on imports of timber from [Finland|GPE].\n"
        "[Finland|GPE] threatened to retaliate with tariffs on goods from [Norway|GPE]."
    )
    assert (themes["tariffs"].scope, themes["tariffs"].publish) == ("beside", False)
    assert all("Norway" in evidence.text for evidence in themes["tariffs"].evidence)


def test_a_passing_mention_is_not_the_theme() -> None:
    filler = "\n".join(["The choir sang a hymn of the fishermen, and the king clapped."] * 12)
    themes = classify(f"The choir of [Tromsø|GPE] sang for the king.\n{filler}\nA guest grumbled about tariffs.")
    assert not any(theme.publish for theme in themes.values())


@pytest.mark.parametrize(
    "story",
    [
        "Household electricity tariffs in [Lagos|GPE] rise by [9%|PERCENT] in July.\nThe utility blamed the price of gas.",
        "Shares of [Linden|ORG] fell [4%|PERCENT] in early trade.\nAnalysts blamed the weather.",
        "The trade union of the tram drivers of [Graz|GPE] voted to strike.\nThe company said the vote was void.",
        "[Linden|ORG] sued a former engineer over trade secrets.\nThe court will hear the case in May.",
        "[Linden|ORG] released an AI model that writes limericks.\nIt is better than its last model.",
    ],
)
def test_words_that_only_look_like_a_theme(story: str) -> None:
    assert not any(theme.publish for theme in classify(story).values())


def test_evidence_quotes_the_article() -> None:
    story = news(
        "[Chile|GPE] and [Vietnam|GPE] signed a free trade agreement.\nBoth parliaments must ratify the trade deal."
    )
    (theme,) = SHIPPED.classify(story.article, {}, story.sentences, story.entities, ())
    assert theme.id == "trade"
    for evidence in theme.evidence:
        assert story.article.body[evidence.start : evidence.end] == evidence.text
        assert evidence.rule.startswith("trade/")

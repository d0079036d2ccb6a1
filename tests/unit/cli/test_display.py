"""A record at a terminal."""

from __future__ import annotations

import io

from rich.console import Console

from service.cli.display import card
from tests.unit.records import BODY, RETRACTED, record


def _text(told: dict[str, object]) -> str:
    console = Console(width=200, file=io.StringIO(), record=True)
    console.print(card(told))
    return console.export_text()


def test_title_themes_events_and_names() -> None:
    lines = _text(record()).splitlines()
    assert lines[0].startswith("A & B  a<1>")
    assert lines[1].startswith("  theme   trade 0.91  “Ada <b>Stone</b> of Orrin Ltd")
    assert lines[2].startswith("  theme   tariffs 0.60, beside the story")
    assert lines[3].startswith("  event   trade deal under talks, denied  partners: Orrin Ltd, Norway; $5")
    assert lines[4].startswith("  about   Orrin Ltd ORG")


def test_without_a_title_the_beginning_of_the_text() -> None:
    told = record(article={"id": "1", "body": BODY})
    assert _text(told).startswith("Ada <b>Stone</b> of Orrin Ltd paid $5. Photo: Demo  1")


def test_another_language_and_a_retraction() -> None:
    untagged = record(language={"code": "de", "confidence": 1}, entities=[], events=[], themes=[])
    assert "no tags: the language is de" in _text(untagged)
    assert _text(RETRACTED) == "a<1>  retracted by its publisher\n"


def test_nothing_in_a_record_moves_the_cursor() -> None:
    evil = "\x1b]0;evil\x07\x9b2J\u202e\n\xa0name"
    entity = {**record()["entities"][0], "name": evil}
    shown = _text(record(article={"id": evil, "title": evil, "body": ""}, entities=[entity]))
    assert "\\x1b]0;evil\\x07\\x9b2J\\u202e name" in shown
    assert all(character.isprintable() or character == "\n" for character in shown)


def test_a_theme_below_its_threshold_is_told_from_one_that_the_story_is_about() -> None:
    weak = {"id": "trade", "score": 0.3, "scope": "main", "evidence": []}
    assert "theme   trade 0.30, below the threshold of 0.50" in _text(record(themes=[weak]))

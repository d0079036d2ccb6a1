"""What an article is called where there is room for a line."""

from __future__ import annotations

from service.page.titles import LONGEST, shorten, title
from tests.unit.records import record


def test_the_title_or_else_how_the_text_begins() -> None:
    assert title(record()) == "A & B"
    assert title(record(article={"id": "x", "title": None, "body": "One\n two"})) == "One two"
    assert title({"article": {"id": "x"}}) == "x"
    assert title(record(article={"id": "x", "title": " ", "body": " "})) == "x"
    assert len(title(record(article={"id": "x", "title": "word " * 2_000, "body": ""}))) <= LONGEST


def test_shorter_in_one_line() -> None:
    assert shorten("a\n b", 10) == "a b"
    assert shorten("abc def", 5) == "abc…"
    assert shorten(" " * 1_000_000 + "x", 70) == ""

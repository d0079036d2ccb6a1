"""The page: everything escaped, nothing fetched, every character of the text there once."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from service.cli.page import page
from tests.unit.cli.records import BODY, RETRACTED, record

VOID = {"meta", "br", "link"}


class Reader(HTMLParser):
    """Checks the nesting, and collects the text of the segments without the labels of the marks."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.classes: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
            self.classes.append(dict(attrs).get("class") or "")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        self.classes.pop()

    def handle_data(self, data: str) -> None:
        inside = any(name.startswith("segment") for name in self.classes)
        if inside and self.open[-1] != "small" and self.classes[-1] != "kind":
            self.text += data


def _read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    assert reader.open == []
    return reader


def test_the_text_is_whole_and_escaped() -> None:
    text = page([record()])
    assert _read(text).text == BODY.replace("\n", "")
    assert "<b>Stone</b>" not in text
    assert "a&lt;1&gt;" in text
    assert "A &amp; B" in text


def test_what_is_known_is_shown() -> None:
    text = page([record()])
    assert re.search(r'<mark class="org" title="Orrin Ltd · ORG · LSE:ORR">Orrin Ltd<small>ORG</small></mark>', text)
    assert re.search(r'<mark class="quantity" title="5 USD">\$5<small>money</small></mark>', text)
    assert "<b>trade deal</b> under talks, denied" in text
    assert "<dt>partners</dt><dd>Orrin Ltd, Norway</dd>" in text
    assert "<b>trade</b> 0.91<blockquote>" in text
    assert "<b>tariffs</b> 0.60 <span" in text
    assert 'aria-label="Caption"' in text


def test_a_script_in_any_field_stays_text() -> None:
    evil = "<script>alert(1)</script>"
    told = record(
        article={"id": evil, "title": evil, "body": evil},
        segments=[{"id": 0, "story": 0, "kind": "story", "main": True, "start": 0, "end": len(evil)}],
        entities=[{"id": "e", "name": evil, "type": evil, "salience": 1, "identifiers": {"iso": evil},
                   "mentions": [{"field": "body", "start": 0, "end": len(evil), "text": evil, "segment": 0}]}],
        quantities=[],
    )  # fmt: skip
    assert not [tag for tag, _ in _read(page([told, told])).tags if tag == "script"]


def test_the_page_is_self_contained_and_serves_light_and_dark() -> None:
    reader = _read(page([record(), RETRACTED]))
    links = [value for _, attributes in reader.tags for name, value in attributes.items() if name in ("src", "href")]
    assert links == ["#a0", "#a1"]
    assert "prefers-color-scheme: dark" in page([])
    assert ("html", {"lang": "en"}) in reader.tags


def test_a_retraction_has_no_text() -> None:
    assert "Retracted by its publisher" in page([RETRACTED])

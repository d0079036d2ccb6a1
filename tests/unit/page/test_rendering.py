"""The document that stands alone: everything escaped, nothing fetched, every character of the text there once."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from service.page.rendering import standalone
from tests.unit.records import BODY, RETRACTED, record

VOID = {"meta", "br", "link", "input"}


class Reader(HTMLParser):
    """Checks the nesting, and collects the text of the blocks without the labels of the marks."""

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
        if any(name.startswith("block") for name in self.classes) and "prose" in self.classes:
            self.text += "" if self.open[-1] == "small" else data


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    assert reader.open == []
    return reader


def test_the_text_is_whole_and_escaped() -> None:
    text = standalone([record()])
    assert read(text).text == BODY[:38] + BODY[39:]
    assert "<b>Stone</b>" not in text
    assert "a&lt;1&gt;" in text
    assert "A &amp; B" in text


def test_what_is_known_is_shown() -> None:
    text = standalone([record()])
    assert 'title="Orrin Ltd · Organisation · LSE:ORR">Orrin Ltd<small>&nbsp;org</small></mark>' in text
    assert 'title="money: 5 USD">$5<small>&nbsp;5 USD</small></mark>' in text
    assert '<span class="status">under talks</span> <span class="status denied">denied</span>' in text
    assert "<dt>partners</dt><dd><bdi>Orrin Ltd, Norway</bdi></dd>" in text
    assert '<a href="#a0-b0"><q>' in text
    assert 'aria-label="Caption"' in text


def test_a_script_in_any_field_stays_text() -> None:
    evil = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}\x00\u202e"
    told = record(
        article={"id": evil, "title": evil, "body": evil, "url": "javascript:alert(1)", "author": evil,
                 "published_at": evil, "source": {"name": evil}},
        language={"code": evil},
        segments=[{"id": 0, "story": 0, "kind": evil, "main": False, "start": 0, "end": len(evil)}],
        entities=[{"id": "e", "name": evil, "type": evil, "salience": 1, "identifiers": {evil: evil},
                   "mentions": [{"field": "body", "start": 0, "end": len(evil), "text": evil, "segment": 0}]}],
        quantities=[{"kind": evil, "field": "body", "start": 0, "end": 1, "text": evil, "value": 1, "currency": evil, "iso": evil}],
        events=[{"type": evil, "status": evil, "negated": True, "main": True, "rate": evil, "amount": evil, "effective": evil,
                 "roles": {evil: [{"name": evil}]}, "evidence": {"field": "body", "start": 0, "end": 9, "text": evil, "rule": evil}}],
        themes=[{"id": evil, "score": 1, "scope": "main", "evidence": []}],
    )  # fmt: skip
    reader = read(standalone([told, told]))
    assert not [tag for tag, _ in reader.tags if tag in ("script", "img")]
    assert not [name for _, attributes in reader.tags for name in attributes if name.startswith("on")]
    assert {attributes["href"] for tag, attributes in reader.tags if tag == "a"} <= {
        f"#a{number}-{place}" for number in (0, 1) for place in ("top", "b0", "m0-0")
    }
    assert "\x00" not in reader.text


def test_the_page_is_self_contained_and_serves_light_and_dark() -> None:
    text = standalone([record(), RETRACTED])
    reader = read(text)
    links = [value for _, attributes in reader.tags for name, value in attributes.items() if name in ("src", "href")]
    assert links
    assert all(value and value.startswith("#") for value in links)
    ids = [attributes["id"] for _, attributes in reader.tags if "id" in attributes]
    assert {value[1:] for value in links if value} <= set(ids)
    assert len(ids) == len(set(ids))
    assert "prefers-color-scheme: dark" in text
    assert not re.search(r"url\(|@import", text)
    assert ("html", {"lang": "en"}) in reader.tags


def test_a_retraction_has_no_text() -> None:
    assert "Retracted by its publisher" in standalone([RETRACTED])

"""The page of the contract is what would be written now, says all of it, and can be read by everybody."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
import yaml
from markupsafe import escape
from playwright.sync_api import Browser

from topics import catalogue, page, schemas
from topics.shapes import shapes

COMMITTED = page.FILE.read_text(encoding="utf-8")
VOID = {"meta", "br", "hr", "img", "link", "input"}


class Outline(HTMLParser):
    """How often each tag stands there, and ids, links, and levels of headings in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.headings: list[int] = []
        self.unclosed: list[str] = []
        self.addresses: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.unclosed += [tag] if tag not in VOID else []
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name in {"href", "src", "action"}:
                (self.links if (value or "").startswith("#") else self.addresses).append(value or "")
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))

    def handle_endtag(self, tag: str) -> None:
        assert self.unclosed.pop() == tag


OUTLINE = Outline(COMMITTED)


def test_the_committed_page_is_the_rendered_one() -> None:
    assert page.render() == COMMITTED, "run `make schemas`"


def test_every_topic_field_and_reason_has_its_place() -> None:
    document = yaml.safe_load((page.HERE / "asyncapi.yaml").read_text(encoding="utf-8"))
    assert OUTLINE.tags["section"] == len(document["channels"]) + len(["overview", "reasons"])
    wanted = {f"reason.{reason.name}" for reason in catalogue.reasons()}
    for path in schemas.SCHEMAS:
        anchor = path.removesuffix(".schema.json").replace("/", "-")
        found = shapes(schemas.generate(path), anchor)
        assert sum(len(shape.fields) for shape in found) > 5
        wanted |= {field.anchor for shape in found for field in shape.fields}
    assert wanted - set(OUTLINE.ids) == set()
    for topic in catalogue.load([catalogue.THEME]):
        assert f"<code>{escape(topic.name)}</code></h2>" in COMMITTED
    for name in (name for path in schemas.SCHEMAS for name in fields(schemas.generate(path))):
        assert f"<code>{name}</code></a></th>" in COMMITTED


def test_every_field_has_a_meaning() -> None:
    assert "<td></td>" not in COMMITTED


def fields(node: Any) -> Iterator[str]:
    """Every name of a field, however deep."""
    if isinstance(node, dict):
        yield from node.get("properties", {})
        for inner in node.values():
            yield from fields(inner)


def test_examples_stand_there_as_they_are() -> None:
    examples = [path for path in page.HERE.glob("*/examples/**/*.json") if path.parent.name != "invalid"]
    assert OUTLINE.tags["pre"] == len(examples) > 5
    for path in examples:
        assert escape(path.read_text(encoding="utf-8").strip()) in COMMITTED


def test_it_is_one_file_without_scripts_and_its_links_lead_somewhere() -> None:
    assert {"script", "link", "img", "iframe"} & OUTLINE.tags.keys() == set()
    assert OUTLINE.addresses == []
    assert "url(" not in COMMITTED
    assert "@import" not in COMMITTED
    assert max(Counter(OUTLINE.ids).values()) == 1
    assert set(OUTLINE.links) <= {f"#{name}" for name in OUTLINE.ids}


def test_it_can_be_read_by_ear_and_by_keyboard() -> None:
    assert OUTLINE.unclosed == []
    assert OUTLINE.headings[0] == 1
    assert OUTLINE.headings.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(OUTLINE.headings, OUTLINE.headings[1:], strict=False))
    assert OUTLINE.tags["caption"] == OUTLINE.tags["table"] > 10
    assert OUTLINE.tags["main"] == OUTLINE.tags["nav"] == OUTLINE.tags["header"] == 1


@pytest.mark.parametrize("palette", re.findall(r"--paper:.*", COMMITTED))
def test_colours_have_the_contrast_of_wcag_aa(palette: str) -> None:
    colours = dict(re.findall(r"--(\w+): (#\w{6})", palette))
    for text in ("ink", "faint", "link"):
        for ground in ("paper", "card", "code"):
            assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    assert contrast(colours["ink"], colours["aim"]) >= 4.5


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, contrast ratio and relative luminance."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("width", [400, 1280])
def test_nothing_sticks_out_at_the_side(browser: Browser, width: int) -> None:
    view = browser.new_page(viewport={"width": width, "height": 900})
    view.goto(page.FILE.as_uri())
    view.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert view.evaluate("document.documentElement.scrollWidth") == width

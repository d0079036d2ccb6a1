"""Characters that would hide or turn things around, and addresses that may be links."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from service.page.characters import link, prose, visible


def test_control_characters_are_seen_one_for_one() -> None:
    assert visible("a\x00b\x1bc\x7fd\x9be\t\n\r") == "a␀b␛c␡d�e\t\n\r"
    assert visible("\ud800") == "�"
    assert visible(7) == 7


def test_markup_stays_markup() -> None:
    assert isinstance(visible(Markup("<b>\x00</b>")), Markup)
    assert not isinstance(visible("<b>\x00</b>"), Markup)


def test_prose_is_escaped_and_its_line_breaks_are_gaps() -> None:
    assert prose("<i>&\n\n  b") == '&lt;i&gt;&amp;<span class="gap">\n\n  </span>b'


@pytest.mark.parametrize("turner", ["\u202e", "\u2067", "\u200f", "\u061c"])
def test_what_turns_the_text_around_ends_with_its_piece(turner: str) -> None:
    assert prose(f"a{turner}b") == f"<bdi>a{turner}b</bdi>"


@pytest.mark.parametrize("url", ["https://a.example/b?c=d#e", "http://a.example", "HTTP://a.example"])
def test_addresses_of_the_web_are_links(url: str) -> None:
    assert link(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "//a.example",
        "/article",
        "https:a",
        "https://",
        "https://a.example/ b",
        "http:\\\\a.example",
        "https://[",
        "https://a.example/" + "x" * 3000,
        None,
        7,
    ],
)
def test_anything_else_is_none(url: object) -> None:
    assert link(url) is None

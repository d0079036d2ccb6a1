"""Hostile text does nothing to a terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.cli import safe

HOSTILE = ["\x1b[2J", "\x9b31m", "\r", "\b", "\x07", "\u202e", "\u2066", "\u200b", "\u2028", "\ud800", "\x7f"]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_moves_hides_or_turns_is_an_escape(text: str) -> None:
    for shown in (safe.one_line(text), safe.lines(text)):
        assert shown.isascii()
        assert shown.isprintable()


@given(st.text())
def test_a_line_is_one_printable_line(text: str) -> None:
    assert safe.one_line(text).isprintable()
    assert safe.lines(text).replace("\n", "").replace("\t", "").isprintable()


def test_good_text_stays_as_it_is() -> None:
    text = "Ørsted – 北京 🚢 “quoted”"
    assert safe.one_line(text) == text
    assert safe.lines("a\n\tb") == "a\n\tb"
    assert safe.one_line("a\nb") == "a\\nb"


def test_a_line_is_cut() -> None:
    assert safe.one_line("abcdef", 4) == "abc…"


def test_bytes_that_are_no_text_are_escapes() -> None:
    assert safe.of_bytes(b"caf\xe9\x1b[1m") == "caf\\xe9\\x1b[1m"


def test_a_dump_begins_before_the_first_wrong_byte() -> None:
    rows = safe.dump(b"x" * 40 + b"\xff\x1b" + b"y" * 1000).splitlines()
    assert rows[0].startswith("00000010  78 78")
    assert rows[1] == "00000020  78 78 78 78 78 78 78 78 ff 1b 79 79 79 79 79 79  xxxxxxxx..yyyyyy"
    assert len(rows) == 16

"""Dead letters as people and programs see them."""

from __future__ import annotations

import io
import json
from collections import Counter
from typing import Any

import pytest
from rich.console import Console

from service import codec
from service.cli import letters
from service.model import RawEvent, Rejected

HOSTILE = "\x1b[2J\u202e\r"


@pytest.fixture
def letter() -> Any:
    """Makes the letter of a raw event."""

    def made(
        value: bytes | None, key: bytes | None = b"a.example:1", detail: str = "why", **words: Any
    ) -> codec.Letter:
        event = RawEvent("articles.raw", 3, 1042, 1_764_000_000_123, key, value, (("mine", HOSTILE.encode()),))
        (message,) = codec.reject(event, Rejected("tagger_failed", detail), **words).messages
        record = RawEvent("articles.dead", 1, 17, 1_764_000_001_000, message.key, message.value, message.headers)
        opened = codec.open_letter(record)
        assert opened
        return opened

    return made


def printed(table: Any) -> str:
    screen = io.StringIO()
    Console(file=screen, width=200).print(table)
    return screen.getvalue()


def test_a_row_is_json_whatever_the_letter_holds(letter: Any) -> None:
    told = json.loads(json.dumps(letters.row(letter(b"\xff", key=b"\xff"), "articles.raw/3/2000")))
    assert (told["id"], told["raw"], told["key"], told["value_bytes"]) == ("1/17", "articles.raw/3/1042", "\\xff", 1)
    assert (told["replays"], told["replayed_as"], told["source"]) == (0, "articles.raw/3/2000", "unknown")


def test_a_table_has_one_safe_line_a_letter(letter: Any) -> None:
    lines = printed(letters.table([letters.row(letter(b"x", detail=HOSTILE + "[bold]"), None)])).splitlines()
    assert len(lines) == 2
    assert all(line.isprintable() for line in lines)
    assert lines[1].split()[:2] == ["1/17", letter(b"x").time[:10]]
    assert "\\x1b[2J\\u202e\\r[bold]" in lines[1]


@pytest.mark.parametrize("value", [HOSTILE.encode(), b"\xff\x1b[2J", None, b"", b"x" * 10_000])
def test_a_letter_is_described_safely_and_bounded(letter: Any, value: bytes | None) -> None:
    told = letters.described(letter(value, bare=value is None), None)
    assert "".join(told.split("\n")).isprintable()
    assert len(told) < 6_000
    assert "  raw event: articles.raw/3/1042" in told


def test_a_summary_begins_with_the_most_frequent() -> None:
    counts = Counter({("not_json", "unknown"): 2, ("no_body", "a.example"): 1_200})
    assert letters.summary(counts).splitlines() == ["1,200  no_body  a.example", "    2  not_json  unknown"]

"""The text is whole whatever the tags say, and what they say has a place in it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.page.marked import MarkedText, mark, meaning
from tests.unit.records import BODY, EVIDENCE, record


def texts(marked: MarkedText) -> list[str]:
    return ["".join(piece.text for passage in block.passages for piece in passage.pieces) for block in marked.body]


def mention(start: int, end: int) -> dict[str, Any]:
    return {"field": "body", "start": start, "end": end, "text": BODY[start:end], "segment": 0}


def entity(*mentions: dict[str, Any]) -> dict[str, Any]:
    return {"id": "e0", "name": "X", "type": "ORG", "salience": 1, "identifiers": {}, "mentions": list(mentions)}


def test_blocks_hold_the_text_and_say_what_is_not_the_story() -> None:
    marked = mark(record())
    assert texts(marked) == [BODY[:38], BODY[39:]]
    assert [block.label for block in marked.body] == [None, "Caption"]


spans = st.tuples(st.integers(0, 50), st.integers(0, 50)).map(sorted)


@settings(deadline=None)  # the first call loads the words
@given(mentions=st.lists(spans, max_size=8), quotes=st.lists(spans, max_size=5))
def test_no_tag_loses_or_repeats_a_character(mentions: list[list[int]], quotes: list[list[int]]) -> None:
    evidence = [{**EVIDENCE, "start": start, "end": end} for start, end in quotes]
    told = record(
        entities=[entity(*(mention(*one) for one in mentions))],
        themes=[{"id": "t", "score": 1.0, "scope": "main", "iptc": [], "gdelt": [], "evidence": evidence}],
    )
    marked = mark(told)
    assert texts(marked) == [BODY[:38], BODY[39:]]
    ids = [passage.id for block in marked.body for passage in block.passages if passage.id]
    assert len(ids) == len(set(ids))


def test_evidence_leads_to_its_passage_and_cuts_no_mark() -> None:
    cut = {**EVIDENCE, "start": 24, "end": 30}
    marked = mark(record(entities=[entity(mention(20, 29))], events=[], themes=[
        {"id": "t", "score": 1.0, "scope": "main", "iptc": [], "gdelt": [], "evidence": [cut]}]), "a1-")  # fmt: skip
    passages = {passage.id: passage for block in marked.body for passage in block.passages}
    place = marked.place(cut)
    assert place == "a1-b20"
    assert [piece.text for piece in passages[place].pieces] == ["Orrin Ltd", " "]


def test_evidence_that_stands_nowhere_leads_nowhere() -> None:
    marked = mark(record())
    assert marked.place({**EVIDENCE, "start": 38, "end": 39}) is None
    assert marked.place({**EVIDENCE, "field": "title"}) is None


def test_a_label_is_said_once_a_block() -> None:
    marked = mark(record(entities=[entity(mention(0, 3), mention(4, 5), mention(39, 44))]))
    labels = [
        piece.mark.label
        for block in marked.body
        for passage in block.passages
        for piece in passage.pieces
        if piece.mark and piece.mark.group == "org"
    ]
    assert labels == ["org", "", "org"]


@pytest.mark.parametrize(
    ("kind", "value", "currency", "iso", "means"),
    [
        ("money", 1.4e9, "USD", None, "1.4 billion USD"),
        ("money", 5.0, None, None, "5"),
        ("money", 12_500.0, "CHF", None, "12,500 CHF"),
        ("money", None, "USD", None, None),
        ("percent", 25.0, None, None, "25 %"),
        ("date", None, None, "2026-W07", "2026-W07"),
        ("date", None, None, None, None),
    ],
)
def test_what_quantities_mean(
    kind: str, value: float | None, currency: str | None, iso: str | None, means: str | None
) -> None:
    assert meaning({"kind": kind, "value": value, "currency": currency, "iso": iso}) == means

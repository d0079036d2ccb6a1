"""Which phrases are found where."""

from __future__ import annotations

import pytest

from service.nlp.phrases import Phrases, Words, lower


def found(text: str, *phrases: str) -> list[str]:
    return [text[hit.start : hit.end] for hit in Phrases({"list": phrases}).find(Words(text))]


@pytest.mark.parametrize(
    ("text", "phrase", "hits"),
    [
        ("Tariffs and tariff-free trade", "tariff*", ["Tariffs", "tariff"]),
        ("It raised the tariff.", "tariff", ["tariff"]),
        ("tariffs", "tariff", []),
        ("a free-trade zone, free trade", "free trade", ["free-trade", "free trade"]),
        ("It is free. Trade is not.", "free trade", ["free. Trade"]),
        ("It is free, and trade is not.", "free trade", []),
        ("trade talks and trade-talking", "trade talk*", ["trade talks", "trade-talking"]),
        ("Give us the US market", "US", ["US"]),
        ("an AI said aı", "AI", ["AI"]),
        ("the U.S. and the us", "U.S", ["U.S"]),
        ("export", "export control", []),
    ],
)
def test_a_phrase_is_found_as_written(text: str, phrase: str, hits: list[str]) -> None:
    assert found(text, phrase) == hits


def test_lists_overlap() -> None:
    hits = Phrases({"a": ["free trade"], "b": ["trade deal"]}).find(Words("a free trade deal"))
    assert [(hit.label, hit.start) for hit in hits] == [("a", 2), ("b", 7)]


def test_lower_case_keeps_offsets_where_a_capital_would_grow() -> None:
    text = "İstanbul raised a Tariff"
    assert len(lower(text)) == len(text)
    assert found(text, "tariff") == ["Tariff"]


def test_an_empty_phrase_is_refused() -> None:
    with pytest.raises(ValueError, match="empty phrase"):
        Phrases({"list": ["*"]})

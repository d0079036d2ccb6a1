"""The index beside comparing with everything."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from service.duplicates import index
from service.duplicates.index import Index
from service.fingerprint import similarities

Minima = NDArray[np.uint8]


def copy(chance: np.random.Generator, minima: Minima, jaccard: float) -> Minima:
    return np.where(chance.random(128) < jaccard, minima, chance.integers(0, 256, 128)).astype(np.uint8)


def test_what_shares_enough_is_found() -> None:
    """At Jaccard 1/2 one in a hundred million is missed."""
    chance = np.random.default_rng(5)
    texts = chance.integers(0, 256, (2000, 128), dtype=np.uint8)
    index = Index(2000)
    rows = [index.add(300, minima) for minima in texts]
    queries = [copy(chance, minima, 0.5) for minima in texts]
    for row, query in zip(rows[:500], queries[:500], strict=True):
        exact = similarities(300, query, np.full(2000, 300), texts)
        expected = {rows[one] for one in np.flatnonzero(exact >= 0.5)}
        found = index.near(300, query, 0.5)
        assert {one for one, _ in found} == expected
        assert dict(found).get(row) == (exact[row] if row in expected else None)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=40))
def test_rows_come_and_go(steps: list[tuple[int, bool]]) -> None:
    """Texts that share all, some or no bands with each other: what is removed is not found, the others are."""
    chance = np.random.default_rng(1)
    base = chance.integers(0, 256, 128, dtype=np.uint8)
    texts = [base, base.copy(), copy(chance, base, 0.9), copy(chance, base, 0.8), *chance.integers(0, 256, (2, 128))]
    texts = [text.astype(np.uint8) for text in texts]
    index = Index(6)
    there: dict[int, int] = {}
    for number, comes in steps:
        if comes and number not in there:
            there[number] = index.add(100, texts[number])
        elif not comes and number in there:
            index.remove(there.pop(number))
        assert len(index) == len(there)
        for text in texts:
            exact = {
                row
                for one, row in there.items()
                if similarities(100, text, np.array([100]), texts[one][None])[0] >= 0.5
            }
            assert {row for row, _ in index.near(100, text, 0.5)} == exact


def test_memory_is_that_of_the_rows_that_were_used() -> None:
    index = Index(1_000_000)
    empty = index.memory
    row = index.add(100, np.zeros(128, dtype=np.uint8))
    assert index.memory - empty == 128 + 4 + 2 * 64 * 4
    index.remove(row)
    index.add(100, np.ones(128, dtype=np.uint8))
    assert index.memory - empty == 128 + 4 + 2 * 64 * 4


def test_of_very_long_lists_only_the_newest_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "_LONGEST", 5)
    text = np.arange(128, dtype=np.uint8)
    found = Index(20)
    rows = [found.add(100, text) for _ in range(20)]
    assert {row for row, _ in found.near(100, text, 0.5)} == set(rows[-5:])
    for row in rows[:18]:
        found.remove(row)
    assert {row for row, _ in found.near(100, text, 0.5)} == set(rows[18:])

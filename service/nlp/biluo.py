"""BILUO tags: a name is Begin-In-Last or Unit; everything else is Out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

OUT = 0
_Array = Any


class Tags:
    """The tags of some entity types, numbered: 0 is Out, then B, I, L, U of each type."""

    def __init__(self, types: Sequence[str]) -> None:
        self.types = tuple(types)
        kind = np.array([0] + [1, 2, 3, 4] * len(types))  # O B I L U
        group = np.array([-1] + [t for t in range(len(types)) for _ in "BILU"])
        opens, goes_on = np.isin(kind, (1, 2)), np.isin(kind, (2, 3))
        #: allowed[i, j]: tag j may follow tag i
        self.allowed = np.where(opens[:, None], goes_on & (group[:, None] == group), ~goes_on)
        self._starts, self._ends = ~goes_on, ~opens

    def __len__(self) -> int:
        return 1 + 4 * len(self.types)

    def encode(self, length: int, spans: Iterable[tuple[int, int, str]]) -> _Array:
        """The tags of ``length`` words; spans are (first word, word after the last, type)."""
        tags = np.zeros(length, dtype="i")
        for start, end, kind in spans:
            base = 1 + 4 * self.types.index(kind)
            tags[start:end] = base + 1
            tags[start], tags[end - 1] = base, base + 2
            if end - start == 1:
                tags[start] = base + 3
        return tags

    def spans(self, tags: _Array) -> Iterator[tuple[int, int, str]]:
        """The spans of a valid sequence of tags."""
        start = 0
        for i in np.nonzero(tags)[0].tolist():
            kind, place = divmod(int(tags[i]) - 1, 4)
            if place in (0, 3):
                start = i
            if place in (2, 3):
                yield start, i + 1, self.types[kind]

    def decode(self, scores: _Array) -> _Array:
        """The best valid tags of one doc. Searched only where the best tags of the words make no valid sequence."""
        tags = scores.argmax(axis=1)
        for start, end in self._islands(tags):
            tags[start:end] = self._search(scores[start:end])
        return tags

    def _islands(self, tags: _Array) -> Iterator[tuple[int, int]]:
        """Stretches between two Outs that break a rule."""
        if not len(tags):
            return
        broken = ~self.allowed[tags[:-1], tags[1:]]
        wrong = np.concatenate([[~self._starts[tags[0]]], broken]) | np.concatenate([broken, [~self._ends[tags[-1]]]])
        outs = np.concatenate([[-1], np.nonzero(tags == OUT)[0], [len(tags)]])
        places = np.searchsorted(outs, np.nonzero(wrong & (tags != OUT))[0])
        for i in np.unique(places).tolist():
            yield int(outs[i - 1]) + 1, int(outs[i])

    def _search(self, scores: _Array) -> _Array:
        """Viterbi over a few words."""
        forbidden = np.where(self.allowed, 0.0, -np.inf)
        best = np.where(self._starts, scores[0], -np.inf)
        back = []
        for row in scores[1:]:
            paths = best[:, None] + forbidden
            back.append(paths.argmax(axis=0))
            best = paths.max(axis=0) + row
        tag = int(np.where(self._ends, best, -np.inf).argmax())
        tags = [tag]
        for step in reversed(back):
            tag = int(step[tag])
            tags.append(tag)
        return np.array(tags[::-1])

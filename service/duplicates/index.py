"""Locality-sensitive hashing over fingerprints, made for a million of them that come and go.

Two of a signature's 128 minima, 16 bits, are a band; texts that share one of the 64 bands are compared. Texts of
Jaccard index J share one with the probability 1 - (1 - J^2)^64 (Leskovec, Rajaraman, Ullman, "Mining of Massive
Datasets", 3.4). All texts with the same value of a band are a linked list, as in the hash chains of deflate; the 64
lists of a query are walked at once. 644 bytes a text, and 16 MiB. What was compared: ``docs/adr/0017-duplicates.md``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from service.fingerprint import similarities

_BANDS = 64
_MINIMA = 2 * _BANDS
_VALUES = 1 << 16
_END = -1
_LONGEST = 2048  # texts of one list that are looked at, the newest
_ROW_BYTES = _MINIMA + 4 + 2 * 4 * _BANDS
_OFFSETS = np.arange(_BANDS) * _VALUES
_COLUMNS = np.arange(_BANDS)

Rows = NDArray[np.int64]


class Index:
    """At most ``capacity`` texts, each under a row number that is used again. Memory is taken as rows are used."""

    def __init__(self, capacity: int) -> None:
        self._heads = np.full(_BANDS * _VALUES, _END, dtype=np.int32)
        self._next, self._before = (np.empty(capacity * _BANDS, dtype=np.int32) for _ in range(2))
        self._minima = np.empty((capacity, _MINIMA), dtype=np.uint8)
        self._sizes = np.empty(capacity, dtype=np.uint32)
        self._free: list[int] = []
        self._used = 0

    def __len__(self) -> int:
        return self._used - len(self._free)

    @property
    def memory(self) -> int:
        """Bytes that were ever touched."""
        return self._heads.nbytes + self._used * _ROW_BYTES

    def add(self, size: int, minima: NDArray[np.uint8]) -> int:
        """The row of a text, given by ``fingerprint.parts``."""
        row = self._free.pop() if self._free else self._used
        self._used = max(self._used, row + 1)
        self._minima[row], self._sizes[row] = minima, size
        places = self._places(minima)
        after = self._heads[places]
        self._next[row * _BANDS : (row + 1) * _BANDS] = after
        self._before[row * _BANDS : (row + 1) * _BANDS] = _END
        self._before[self._links(after[after != _END], _COLUMNS[after != _END])] = row
        self._heads[places] = row
        return row

    def near(self, size: int, minima: NDArray[np.uint8], threshold: float) -> list[tuple[int, float]]:
        """The rows whose ``similarity`` is at least that, with it; a text that is in the index finds itself."""
        rows = self._sharing(minima)
        found = similarities(size, minima, self._sizes[rows], self._minima[rows])
        close = np.flatnonzero(found >= threshold)
        return [(int(rows[one]), float(found[one])) for one in close]

    def remove(self, row: int) -> None:
        """Takes it out of its 64 lists."""
        links = slice(row * _BANDS, (row + 1) * _BANDS)
        before, after = self._before[links], self._next[links]
        first, last = before == _END, after == _END
        self._heads[self._places(self._minima[row])[first]] = after[first]
        self._next[self._links(before[~first], _COLUMNS[~first])] = after[~first]
        self._before[self._links(after[~last], _COLUMNS[~last])] = before[~last]
        self._free.append(row)

    def _sharing(self, minima: NDArray[np.uint8]) -> Rows:
        """The rows that share a band, each once. Tens of thousands of pages made of one form share some bands all
        together, without being near: of those not all are looked at.
        """
        rows, columns = self._heads[self._places(minima)], _COLUMNS
        found = []
        for _ in range(_LONGEST):
            going = rows != _END
            rows, columns = rows[going], columns[going]
            if not rows.size:
                break
            found.append(rows)
            rows = self._next[self._links(rows, columns)]
        return np.unique(np.concatenate(found)) if found else np.empty(0, dtype=np.int64)

    @staticmethod
    def _places(minima: NDArray[np.uint8]) -> Rows:
        """Where the lists of its bands begin."""
        return minima.view("<u2") + _OFFSETS

    @staticmethod
    def _links(rows: NDArray[np.int32], columns: Rows) -> Rows:
        """Where the lists go on after these rows."""
        return rows.astype(np.int64) * _BANDS + columns

"""Records as aiokafka reads them, without its trap: a header whose name is not UTF-8, which Kafka lets anybody write,
raises in the midst of a batch, at that offset for ever: one record of one scraper would end the service for good.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import _MemoryRecordsPy


class Records(_MemoryRecordsPy):  # type: ignore[misc]
    """In place of ``aiokafka.record.MemoryRecords``: the batches of one answer of a broker."""

    def next_batch(self) -> Any:
        data = self._next_slice
        batch = super().next_batch()
        return batch if batch is None or batch.magic < 2 else _Batch(batch, data)


class _Batch:
    """A batch that aiokafka reads, or if it cannot, we."""

    def __init__(self, batch: Any, data: memoryview) -> None:
        self._batch, self._data = batch, data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __next__(self) -> Any:
        return next(self._batch)

    def __iter__(self) -> Iterator[Any]:
        try:
            return iter(list(self._batch))
        except UnicodeDecodeError:
            return iter(_Tolerant(self._data))


class _Tolerant(_DefaultRecordBatchPy):  # type: ignore[misc]
    """What is not UTF-8 in a header's name becomes ``\\xNN``; keys and values are bytes anyway."""

    _buffer: bytearray

    def _maybe_uncompress(self) -> None:
        super()._maybe_uncompress()
        self._buffer = _Buffer(self._buffer)


class _Buffer(bytearray):
    def __getitem__(self, where: Any) -> Any:
        found = super().__getitem__(where)
        return _Name(found) if isinstance(where, slice) else found


class _Name(bytearray):
    def decode(self, *_: Any) -> str:
        return str(self, "utf-8", "backslashreplace")

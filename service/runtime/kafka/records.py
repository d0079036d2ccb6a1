"""Records as aiokafka reads them, without two traps that let one record of one scraper end the service for good.

A header whose name is not UTF-8, which Kafka lets anybody write, raises in the midst of a batch, at that offset for
ever. A compressed batch may fill any memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from aiokafka.consumer import fetcher
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import _MemoryRecordsPy

from service.runtime.kafka import decompression
from service.runtime.kafka.decompression import Oversized

UNREADABLE = "wiretag_unreadable"  # header of what stands for a record that cannot be read


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
        """One by one: a batch may hold millions."""
        read = 0
        try:
            for record in self._batch:
                yield record
                read += 1
        except UnicodeDecodeError:
            yield from islice(_Tolerant(self._data), read, None)
        except Oversized as problem:
            yield from self._placeholders(f"a compressed batch that would take {problem}")

    def _placeholders(self, why: str) -> Iterator[_Placeholder]:
        """One for each offset, so that each has its outcome: a dead letter, with the reason among its headers."""
        for offset in range(self._batch.base_offset, self._batch.next_offset):
            yield _Placeholder(
                offset, self._batch.max_timestamp, self._batch.timestamp_type, [(UNREADABLE, why.encode())]
            )


@dataclass(frozen=True, slots=True)
class _Placeholder:
    offset: int
    timestamp: int
    timestamp_type: int
    headers: list[tuple[str, bytes]]
    key: None = None
    value: bytes = b""
    checksum: None = None


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


def install() -> None:
    """For every consumer of the process, Faust's too."""
    fetcher.MemoryRecords = Records
    decompression.install()

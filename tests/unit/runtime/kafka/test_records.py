"""Batches are read as aiokafka reads them, and where it cannot, all the same."""

from __future__ import annotations

import pytest
from aiokafka.consumer import fetcher
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy
from aiokafka.record.memory_records import MemoryRecords

from service.runtime.kafka import clients
from service.runtime.kafka.records import Records

NAME, BROKEN = b"a-name", b"a\xff\xed\xa0\x80e"
CODECS = {"none": 0, "gzip": 1, "snappy": 2, "lz4": 3, "zstd": 4}


def batch(codec: str, name: bytes) -> bytes:
    """Three records; the value and a header's value of the second hold the same bytes as its header's name."""
    builder = _DefaultRecordBatchBuilderPy(2, CODECS[codec], False, -1, -1, -1, 100_000)
    builder.append(0, 1_000, b"k", b"first", [])
    builder.append(1, 1_001, None, NAME, [(NAME.decode(), NAME), ("ü", None)])
    builder.append(2, 1_002, b"k", None, [])
    builder._buffer = bytearray(bytes(builder._buffer).replace(NAME, name))
    return bytes(builder.build())


def read(records: MemoryRecords) -> list[tuple[object, ...]]:
    one = records.next_batch()
    assert one is not None
    assert one.validate_crc()
    return [(r.offset, r.timestamp, r.key, r.value, list(r.headers)) for r in one]


@pytest.mark.parametrize("codec", CODECS)
def test_good_batches_are_what_aiokafka_makes_of_them(codec: str) -> None:
    data = batch(codec, NAME) + batch(codec, NAME)
    theirs, ours = MemoryRecords(data), Records(data)
    assert [read(ours), read(ours)] == [read(theirs), read(theirs)]
    assert not ours.has_next()


@pytest.mark.parametrize("codec", CODECS)
def test_a_name_of_any_bytes_is_read_and_nothing_else_of_the_batch_is_changed(codec: str) -> None:
    data = batch(codec, BROKEN)
    with pytest.raises(UnicodeDecodeError):
        read(MemoryRecords(data))
    first, second, third = read(Records(data))
    assert first == (0, 1_000, b"k", b"first", [])
    assert second == (1, 1_001, None, BROKEN, [("a\\xff\\xed\\xa0\\x80e", BROKEN), ("ü", None)])
    assert third == (2, 1_002, b"k", None, [])


def test_every_consumer_reads_so() -> None:
    assert clients.fetcher is fetcher
    assert fetcher.MemoryRecords is Records

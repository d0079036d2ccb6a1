"""Batches are read as aiokafka reads them, and where it cannot, all the same."""

from __future__ import annotations

import pytest
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy
from aiokafka.record.memory_records import MemoryRecords

from service.runtime.kafka import decompression
from service.runtime.kafka import records as reading
from service.runtime.kafka.records import Records

reading.install()
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


def bomb(codec: str, size: int, records: int = 1) -> bytes:
    builder = _DefaultRecordBatchBuilderPy(2, CODECS[codec], False, -1, -1, -1, 1 << 30)
    for number in range(records):
        builder.append(number, 2_000 + number, b"k", b"0" * size, [])
    return bytes(builder.build())


@pytest.mark.parametrize("codec", ["gzip", "lz4", "zstd"])
def test_a_batch_that_would_fill_the_memory_is_not_unpacked_and_each_offset_has_a_record(codec: str) -> None:
    data = bomb(codec, 5_000_000 if codec != "lz4" else 40_000_000, 3)
    assert len(data) < decompression.LEAST
    first, second, third = read(Records(data))
    why = f"a compressed batch that would take more than {decompression.bound(len(data) - 61)} bytes"
    assert first == (0, 2_002, None, b"", [("wiretag_unreadable", why.encode())])
    assert (second[0], third[0]) == (1, 2)


@pytest.mark.parametrize("codec", CODECS)
def test_an_article_of_the_largest_size_is_read_however_well_it_compresses(codec: str) -> None:
    largest = 4 * 1024 * 1024 - 200
    ((_, _, key, value, _),) = read(Records(bomb(codec, largest)))
    assert (key, value) == (b"k", b"0" * largest)


def test_a_batch_behind_an_oversized_one_is_read() -> None:
    records = Records(bomb("zstd", 50_000_000) + batch("zstd", NAME))
    read(records)
    assert [record[0] for record in read(records)] == [0, 1, 2]

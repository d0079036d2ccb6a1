"""Compressed batches, up to a bound. Kafka bounds what a batch takes on the wire and aiokafka bounds nothing: nine
kilobytes of zstd can be 300 MB of zeros, and 4 MiB of it fill any memory.
"""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable

import cramjam
import numpy as np
from aiokafka.record import default_records
from aiokafka.record._crecords import default_records as compiled

LEAST = 4 * 1024 * 1024  # bytes; the largest raw record, however well it compresses
RATIO = 100  # of news, 3 to 10
MOST = 64 * 1024 * 1024


class Oversized(Exception):
    """The batch would take more than its bound; the message says how much that is."""


def bound(size: int) -> int:
    """Bytes that a batch of ``size`` compressed bytes may become."""
    return min(LEAST + RATIO * size, MOST)


def bounded_gzip(payload: bytes) -> bytes:
    limit = bound(len(payload))
    with gzip.GzipFile(fileobj=io.BytesIO(payload)) as stream:
        plain = stream.read(limit + 1)
    if len(plain) > limit:
        raise Oversized(f"more than {limit} bytes")
    return plain


def _bounded(decompress: Callable[..., int]) -> Callable[[bytes], bytes]:
    def decode(payload: bytes) -> bytes:
        limit = bound(len(payload))
        room = np.empty(limit, dtype=np.uint8)  # a bytearray would be filled with zeros first
        try:
            size = decompress(payload, room)
        except cramjam.DecompressionError:  # "failed to write whole buffer"; brokers and checksums exclude any other
            raise Oversized(f"more than {limit} bytes") from None
        return room[:size].tobytes()

    return decode


def install() -> None:
    """For every consumer of the process. Snappy cannot do such harm: its records grow by twenty times at most."""
    for module in (compiled, default_records):
        module.gzip_decode = bounded_gzip
        module.lz4_decode = _bounded(cramjam.lz4.decompress_into)
        module.zstd_decode = _bounded(cramjam.zstd.decompress_into)

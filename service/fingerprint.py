"""Near-duplicate signatures of a story: MinHash over its three-word shingles.

Broder, "On the resemblance and containment of documents" (1997): of two sets of shingles, the share of random
permutations under which both have the same minimum estimates their Jaccard index J. Li and König, "b-Bit Minwise
Hashing" (2010): keep only 8 bits of each minimum; matches by chance (1 in 256) are taken out again.
A signature is ``m1:<number of shingles, hexadecimal>:<128 bytes in base64>``, the same on every platform, for ever;
whoever changes how it is made changes the prefix.
"""

from __future__ import annotations

import re
import unicodedata
from base64 import b64decode, b64encode
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

DUPLICATE_THRESHOLD = 0.5  # similarity from which two stories are near-duplicates

_VERSION = "m1"
_PERMUTATIONS = 128
_STRETCH = 4096  # characters
_SHINGLE = 3
_BY_CHANCE = 1 / 256
_FAR_LONGER = 4.0  # see similarity()
_AT_ONCE = 2048  # shingles hashed at once: the table stays within 1 MiB, whatever the text
# Scripts written without spaces count one character as one word.
_SPACELESS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_SPACELESS}]|[^\W_{_SPACELESS}]+")


def _mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The finaliser of SplitMix64 (Steele, Lea, Flood 2014): every bit of the result depends on every bit given."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


_SEEDS = _mix(np.arange(1, 2 * _PERMUTATIONS + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)).astype(np.uint32)
_FACTORS = _SEEDS[:_PERMUTATIONS] | np.uint32(1)  # odd: a permutation of the 32-bit numbers
_SHIFTS = _SEEDS[_PERMUTATIONS:]
_PLACES = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype=np.uint64)


def fingerprint(text: str) -> str:
    """A signature of at most 190 ASCII characters; empty where there are no words. Case and punctuation are ignored."""
    shingles = _shingles(text)
    if not len(shingles):
        return ""
    minima = np.full(_PERMUTATIONS, 0xFFFFFFFF, dtype=np.uint32)
    for i in range(0, len(shingles), _AT_ONCE):
        table = shingles[i : i + _AT_ONCE, None] * _FACTORS + _SHIFTS
        np.minimum(minima, table.min(axis=0), out=minima)
    return f"{_VERSION}:{len(shingles):x}:{b64encode(minima.astype(np.uint8).tobytes()).decode()}"


def similarity(a: str, b: str) -> float:
    """How much of the shorter text stands in the longer one, estimated from their signatures: 0 to 1.

    Broder's containment, from J and the set sizes: |A∩B| / min(|A|, |B|) with |A∩B| = J (|A| + |B|) / (1 + J).
    Where one text is many times longer than the other, J is small and its error (at most 0.044) would be multiplied:
    the result is at most 4 J. 0 where a text has no words or the signatures are of different versions.
    """
    if not a or not b:
        return 0.0
    if a == b:
        return 1.0
    one, other = parts(a), parts(b)
    if one is None or other is None:
        return 0.0
    (size_a, minima_a), (size_b, minima_b) = one, other
    return float(similarities(size_a, minima_a, np.array([size_b]), minima_b[None])[0])


def similarities(
    size: int, minima: NDArray[np.uint8], sizes: NDArray[np.integer[Any]], table: NDArray[np.uint8]
) -> NDArray[np.float64]:
    """``similarity`` of one signature with many, given by their ``parts``: ``sizes`` (n), ``table`` (n, 128)."""
    agreeing = np.count_nonzero(table == minima, axis=1) / _PERMUTATIONS
    jaccard = np.maximum(0.0, (agreeing - _BY_CHANCE) / (1 - _BY_CHANCE))
    containment = jaccard / (1 + jaccard) * (size + sizes) / np.minimum(size, sizes)
    result: NDArray[np.float64] = np.minimum(np.minimum(1.0, containment), _FAR_LONGER * jaccard)
    return result


def parts(signature: str) -> tuple[int, NDArray[np.uint8]] | None:
    """The number of shingles and the 128 minima; None where it is empty, or no signature of this version."""
    version, _, rest = signature.partition(":")
    count, _, encoded = rest.partition(":")
    if version != _VERSION:
        return None
    try:
        size, minima = int(count, 16), np.frombuffer(b64decode(encoded), dtype=np.uint8)
    except ValueError:
        return None
    return (size, minima) if 0 < size < 1 << 32 and len(minima) == _PERMUTATIONS else None


def _normal(text: str) -> str:
    """NFKC, a stretch at a time: it sorts a run of combining marks in quadratic time."""
    if text.isascii():
        return text
    stretches = (text[start : start + _STRETCH] for start in range(0, len(text), _STRETCH))
    return "".join(unicodedata.normalize("NFKC", stretch) for stretch in stretches)


def _shingles(text: str) -> NDArray[np.uint32]:
    """The distinct runs of three words as hashes; a shorter text is one run."""
    words = _WORD.findall(_normal(text).lower())
    hashes = np.fromiter(
        map(crc32, " ".join(words).encode("utf-8", "surrogatepass").split()), dtype=np.uint64, count=len(words)
    )
    width = min(_SHINGLE, len(words))
    runs = np.zeros(len(words) - width + 1 if words else 0, dtype=np.uint64)
    for k in range(width):
        runs += hashes[k : k + len(runs)] * _PLACES[k]
    return np.unique((_mix(runs) >> np.uint64(32)).astype(np.uint32))

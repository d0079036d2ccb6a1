"""Bytes -> JSON value, or the reason why not. Linear in the length, whatever the bytes."""

from __future__ import annotations

import json
import re
from itertools import accumulate
from typing import Any

import orjson

from service.model import Rejected

DEPTH = 100  # levels; orjson reads 1024 and writes 254
BOM = b"\xef\xbb\xbf"

# The closing quote is optional, or an unclosed string would be tried again from each quote in it: quadratic.
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_STEPS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
_NOT_BRACKETS = bytes(set(range(256)) - set(_STEPS))


def parse(value: bytes) -> Any | Rejected:
    """The JSON value (never a ``Rejected`` itself), or why there is none. A byte order mark is skipped."""
    text = value.removeprefix(BOM)
    try:
        parsed = orjson.loads(text)
    except orjson.JSONDecodeError as problem:
        return _diagnose(text, problem)
    return _too_deep() if exceeds(text, DEPTH) else parsed


def exceeds(text: bytes, depth: int) -> bool:
    """Whether arrays and objects are nested deeper than that; cheap where there are few of them."""
    if brackets(text) <= depth:
        return False
    steps = (_STEPS[bracket] for bracket in _STRING.sub(b"", text).translate(None, _NOT_BRACKETS))
    return any(level > depth for level in accumulate(steps))


def brackets(text: bytes) -> int:
    """How many open, those within strings included: what reading it costs, in a few microseconds."""
    return text.count(b"[") + text.count(b"{")


def _diagnose(text: bytes, problem: orjson.JSONDecodeError) -> Rejected:
    try:
        decoded = text.decode("utf-8")
    except UnicodeDecodeError as error:
        return Rejected("not_utf8", f"byte {error.start} of {len(text)} (0x{text[error.start]:02x}): {error.reason}")
    if exceeds(text, DEPTH):
        return _too_deep()
    if where := _lone_surrogate(decoded):
        return Rejected("lone_surrogates", where)
    return Rejected("not_json", str(problem) if text else "the value is empty, which is not the same as null")


def _lone_surrogate(text: str) -> str | None:
    """Where, if it is JSON but for that: orjson refuses both alike, the standard library reads lone surrogates."""
    try:
        json.dumps(json.loads(text, parse_constant=_refuse), ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        around = error.object[max(0, error.start - 20) : error.start].encode("ascii", "backslashreplace").decode()
        return f"half of a surrogate pair, \\u{ord(error.object[error.start]):04x}, after {around!r}"
    except ValueError:
        return None
    return None


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _too_deep() -> Rejected:
    return Rejected("too_deep", f"arrays and objects are nested deeper than {DEPTH} levels")

from __future__ import annotations

import pytest

from service.codec.payload import DEPTH, exceeds, parse
from service.model import Rejected


def reason(value: bytes) -> str:
    found = parse(value)
    assert isinstance(found, Rejected), found
    return found.reason


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b'{"a": [1, 2.5, null, true]}', {"a": [1, 2.5, None, True]}),
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        (b'{"a": 1, "a": 2}', {"a": 2}),
        (b'"\\ud83d\\ude00"', "\U0001f600"),
        (b'"\\u0000\\u007f\\uffff"', "\x00\x7f\uffff"),
        (b"18446744073709551615", 2**64 - 1),
        (b"null", None),
    ],
)
def test_json_is_read(value: bytes, expected: object) -> None:
    assert parse(value) == expected


@pytest.mark.parametrize(
    ("value", "expected", "detail"),
    [
        (b'{"a": "\xff"}', "not_utf8", "byte 7 of 10 (0xff): invalid start byte"),
        (b'{"a": "\xc3', "not_utf8", "byte 7 of 8 (0xc3): unexpected end of data"),
        (b'"\xed\xa0\x80"', "not_utf8", "byte 1 of 5 (0xed)"),
        ('{"a": "é"}'.encode("latin-1"), "not_utf8", "byte 7"),
        ("{}".encode("utf-16"), "not_utf8", "byte 0"),
        (b"", "not_json", "empty"),
        (b"plain text", "not_json", "char 0"),
        (b'{"a": 1', "not_json", "char 7"),
        (b'{"a": 1} x', "not_json", "unexpected content after document"),
        (b'{"a": NaN}', "not_json", "char 6"),
        (b'{"a": -Infinity}', "not_json", "char"),
        (b'{"a": 1e999}', "not_json", "infinity"),
        (b"1" * 5000, "not_json", "infinity"),
        (b'"\x00"', "not_json", "control character"),
        (b'"\\ud83d"', "lone_surrogates", "\\ud83d"),
        (b'{"a": "some text before it \\udc00!"}', "lone_surrogates", "\\udc00, after 'some text before it "),
        (b'{"\\ud800": 1}', "lone_surrogates", "\\ud800"),
        (b'{"a": "\\ud800", "b": NaN}', "not_json", ""),
        (b'{"a": "\\ud800"', "not_json", ""),
        (b"[" * 100_000, "too_deep", f"{DEPTH} levels"),
        (b'{"a":' * 2000 + b"1" + b"}" * 2000, "too_deep", f"{DEPTH} levels"),
        (b"[" * (DEPTH + 1) + b"]" * (DEPTH + 1), "too_deep", f"{DEPTH} levels"),
    ],
)
def test_what_is_not_json_is_told_apart(value: bytes, expected: str, detail: str) -> None:
    found = parse(value)
    assert isinstance(found, Rejected)
    assert (found.reason, detail in found.detail) == (expected, True), found


def test_depth_counts_brackets_outside_of_strings_only() -> None:
    assert not exceeds(b"[" * DEPTH + b"]" * DEPTH, DEPTH)
    assert not exceeds(b"[" + b'"[[[[", "\\"[[[", {}, ' * DEPTH + b"[]]", 3)
    assert not exceeds(b"[]" * 10 * DEPTH, DEPTH)
    assert exceeds(b'{"a": [[[]]]}', 3)


@pytest.mark.parametrize("hostile", [b'"' + b'\\"' * 1_000_000, b'"\\' * 500_000, b"[{" * 500_000, b'["]",' * 400_000])
def test_hostile_megabytes_end(hostile: bytes) -> None:
    """A pattern that backtracks would need hours here: the test's time-out is the assertion."""
    assert reason(b"[" * 200 + hostile) == "too_deep"
    assert reason(hostile) in {"too_deep", "not_json"}

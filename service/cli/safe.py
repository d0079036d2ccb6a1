"""Text from anywhere, made fit for a terminal: nothing in it moves the cursor, hides, or reads backwards."""

from __future__ import annotations

ROW = 16  # bytes in a row of a dump
ROWS = 16


def one_line(text: str, length: int | None = None) -> str:
    """Whatever is not printable as an escape, line ends included; cut to a length."""
    if length is not None and len(text) > length:
        text = text[: length - 1] + "…"
    return "".join(_visible(character) for character in text)


def lines(text: str) -> str:
    """As ``one_line``, but for line feeds and tabs."""
    return "".join(character if character in "\n\t" else _visible(character) for character in text)


def of_bytes(value: bytes) -> str:
    """A key or a header's value in one line; bytes that are not UTF-8 as escapes."""
    return one_line(value.decode("utf-8", "backslashreplace"))


def dump(value: bytes) -> str:
    """Bytes that are not text, in hexadecimal: from the row before the first one that is wrong."""
    try:
        value.decode("utf-8")
        first = 0
    except UnicodeDecodeError as error:
        first = max(0, error.start // ROW - 1) * ROW
    shown = range(first, min(len(value), first + ROWS * ROW), ROW)
    return "\n".join(_row(start, value[start : start + ROW]) for start in shown)


def _row(start: int, row: bytes) -> str:
    characters = "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in row)
    return f"{start:08x}  {row.hex(' '):{ROW * 3}} {characters}"


def _visible(character: str) -> str:
    return character if character.isprintable() else character.encode("unicode_escape").decode()

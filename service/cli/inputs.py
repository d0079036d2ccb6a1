"""Files of raw articles -> records: JSON (one, an array), JSON lines, or plain text (one article)."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import orjson

from service.codec import Limits, decode
from service.model import Article, RawEvent, Rejected, Retracted

JSON_NAMES = {".json", ".jsonl", ".ndjson"}
LINES_NAMES = {".jsonl", ".ndjson"}
TEXT_NAMES = {".txt", ".text"}
BOM = b"\xef\xbb\xbf"
STDIN = "-"


@dataclass(frozen=True, slots=True)
class Record:
    """One raw event as it stands in its file. ``where`` is ``FILE:LINE``; ``end``: bytes of the file up to here."""

    where: str
    value: bytes
    end: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """What the command was told to read, and how."""

    files: Sequence[str]
    form: str = "auto"
    identifier: str | None = None
    title: str | None = None

    @property
    def size(self) -> int | None:
        """Bytes in all, None where nobody can tell."""
        paths = [Path(name) for name in self.files if name != STDIN]
        if len(paths) < len(self.files) or not all(path.is_file() for path in paths):
            return None
        return sum(path.stat().st_size for path in paths)

    def records(self) -> Iterator[Record]:
        """Every record of every file, in order. Lines are read one by one: a pipe is served as it fills."""
        for name in self.files:
            if name == STDIN:
                yield from self._stream(name, sys.stdin.buffer)
            else:
                with Path(name).open("rb") as stream:
                    yield from self._stream(name, stream)

    def _stream(self, name: str, stream: BinaryIO) -> Iterator[Record]:
        suffix = Path(name).suffix.lower()
        if self.form == "text" or (self.form == "auto" and suffix in TEXT_NAMES):
            yield self._text(name, stream.read())
        elif suffix in LINES_NAMES:
            yield from _lines(name, stream)
        else:
            yield from self._sniffed(name, stream, self.form == "json" or suffix in JSON_NAMES)

    def _sniffed(self, name: str, stream: BinaryIO, surely_json: bool) -> Iterator[Record]:
        """A first line that is JSON by itself opens JSON lines; a document that is JSON as a whole is one."""
        first = stream.readline()
        if _is_object(first):
            yield from _lines(name, stream, first)
            return
        whole = first + stream.read()
        if surely_json or whole.removeprefix(BOM).lstrip()[:1] in (b"{", b"["):
            yield from _document(name, whole)
        elif any(map(_is_object, whole.splitlines()[:50])):
            yield from _split(name, whole)
        else:
            yield self._text(name, whole)

    def _text(self, name: str, content: bytes) -> Record:
        """The file as the body of an article."""
        try:
            body = content.removeprefix(BOM).decode()
        except UnicodeDecodeError:
            return Record(f"{name}:1", content, len(content))  # refused for what it is: not UTF-8
        identifier = self.identifier or (None if name == STDIN else Path(name).stem)
        article = {"id": identifier, "title": self.title, "body": body}
        value = orjson.dumps({field: text for field, text in article.items() if text is not None})
        return Record(f"{name}:1", value, len(content))


@dataclass(frozen=True, slots=True)
class Checked:
    """A record that decodes: the event to hand on, and the article's id."""

    record: Record
    event: RawEvent
    id: str


def check(records: Iterable[Record], limits: Limits, refuse: Callable[[str, str], None]) -> Iterator[Checked]:
    """The good ones, numbered from 0; of the others ``refuse`` gets place and reason, as a dead letter would say it."""
    number = 0
    for record in records:
        event = RawEvent("articles.raw", 0, number, 0, None, record.value)
        outcome = decode(event, limits)
        match outcome:
            case Article():
                yield Checked(record, event, outcome.id)
            case Retracted():
                yield Checked(record, event, outcome.article_id)
            case Rejected():
                refuse(record.where, f"{outcome.reason}: {outcome.detail}")
                continue
        number += 1


def _lines(name: str, stream: BinaryIO, first: bytes = b"") -> Iterator[Record]:
    end = 0
    for number, line in enumerate(_with_first(first, stream), 1):
        end += len(line)
        if line.strip():
            yield Record(f"{name}:{number}", line.strip(), end)


def _with_first(first: bytes, stream: BinaryIO) -> Iterator[bytes]:
    if first:
        yield first
    yield from iter(stream.readline, b"")


def _split(name: str, whole: bytes) -> Iterator[Record]:
    for number, line in enumerate(whole.splitlines(), 1):
        if line.strip():
            yield Record(f"{name}:{number}", line.strip(), len(whole))


def _document(name: str, whole: bytes) -> Iterator[Record]:
    """One object, or an array of them; what is neither is read line by line, so that one bad line spoils no other."""
    try:
        value = orjson.loads(whole.removeprefix(BOM))
    except orjson.JSONDecodeError:
        yield from _split(name, whole) if _several(whole) else [Record(f"{name}:1", whole.strip(), len(whole))]
        return
    if isinstance(value, list):
        yield from _elements(name, whole)
    else:
        yield Record(f"{name}:1", whole.strip(), len(whole))


def _several(whole: bytes) -> bool:
    """Whether some line is an article by itself."""
    return any(map(_is_object, whole.splitlines()))


def _elements(name: str, whole: bytes) -> Iterator[Record]:
    """Each element of an array as it stands in the file, with the line on which it starts."""
    text = whole.removeprefix(BOM).decode()
    decoder = json.JSONDecoder()
    position, line, counted = text.index("[") + 1, 1, 0
    while (position := _skip(text, position)) < len(text) and text[position] != "]":
        line += text.count("\n", counted, position)
        counted = position
        _, end = decoder.raw_decode(text, position)
        yield Record(f"{name}:{line}", text[position:end].encode(), len(text[:end].encode()))
        position = end


def _skip(text: str, position: int) -> int:
    while position < len(text) and text[position] in " \t\r\n,":
        position += 1
    return position


def _is_object(line: bytes) -> bool:
    text = line.removeprefix(BOM).strip()
    if not text.startswith(b"{"):
        return False
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return True

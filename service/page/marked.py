"""The text of an article for the page: blocks (segments) of passages (what evidence quotes) of pieces (marks or not).

Every character of a block is in exactly one piece, so the text is whole whatever the tags say: of marks that overlap
the first stays, one that reaches beyond its segment is dropped, evidence is widened to the marks that it cuts.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from service.page import words

Json = Mapping[str, Any]
Range = tuple[int, int]

SCALES = (("trillion", 1e12), ("billion", 1e9), ("million", 1e6))
LINKED = 8  # mentions of an entity that the table leads to


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of one field to highlight. ``id`` is what links lead to, or None; ``of`` is what it mentions;
    ``label`` is said beside it, ``hint`` to those who ask.
    """

    start: int
    end: int
    id: str | None
    of: str
    group: str
    label: str
    hint: str


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """``id`` where evidence quotes it."""

    id: str | None
    start: int
    end: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """One segment, or the title. ``label`` says what it is, None for the page's own story."""

    field: str
    label: str | None
    kind: str
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class MarkedText:
    title: Block | None
    body: tuple[Block, ...]
    marked: frozenset[str]

    def place(self, evidence: Json) -> str | None:
        """The id of the passage where a piece of evidence begins to stand."""
        blocks = (self.title,) if evidence["field"] == "title" else self.body
        passages = (passage for block in blocks if block for passage in block.passages if passage.id)
        return next((p.id for p in passages if p.start < evidence["end"] and evidence["start"] < p.end), None)


def mark_id(prefix: str, entity: int, mention: int) -> str:
    return f"{prefix}m{entity}-{mention}"


def mark(record: Json, prefix: str = "") -> MarkedText:
    """``prefix`` keeps the ids of several records on one page apart."""
    fields = {field: _Field(record, field, prefix) for field in ("title", "body")}
    length = len(record["article"].get("title") or "")
    title = fields["title"].block(0, length, None, "title") if length else None
    body = tuple(
        fields["body"].block(
            one["start"], one["end"], None if one["main"] else words.segment(one["kind"]), str(one["kind"])
        )
        for one in record["segments"]
    )
    blocks = [title, *body] if title else body
    marked = {p.mark.id for block in blocks for q in block.passages for p in q.pieces if p.mark and p.mark.id}
    return MarkedText(title, body, frozenset(marked))


def meaning(quantity: Json) -> str | None:
    """What an amount or a date means, for people; None where that is not known."""
    if quantity["kind"] == "date":
        return quantity["iso"]  # type: ignore[no-any-return]
    if quantity["value"] is None:
        return None
    unit = quantity["currency"] if quantity["kind"] == "money" else "%"
    return " ".join(filter(None, (_number(quantity["value"]), unit)))


def _number(number: float) -> str:
    """``1.4 billion``: what readers say."""
    for name, size in SCALES:
        if abs(number) >= size:
            return f"{number / size:,.10g} {name}"
    return f"{number:,.10g}"


class _Field:
    """One text with its marks and the stretches that evidence quotes, both in order and free of overlaps."""

    def __init__(self, record: Json, field: str, prefix: str) -> None:
        self._field, self._prefix = field, prefix
        self._text: str = record["article"].get(field) or ""
        self._marks = list(_apart(_marks(record, field, prefix)))
        self._starts = [one.start for one in self._marks]
        self._quoted = _merged(_quotations(record, field))

    def block(self, start: int, end: int, label: str | None, kind: str) -> Block:
        marks = self._marks[bisect_left(self._starts, start) : bisect_left(self._starts, end)]
        marks = _told_once([one for one in marks if one.end <= end])
        return Block(self._field, label, kind, tuple(self._passages(start, end, marks)))

    def _passages(self, start: int, end: int, marks: Sequence[Mark]) -> Iterator[Passage]:
        position = start
        for quoted in _widened([(max(a, start), min(b, end)) for a, b in self._quoted if a < end and start < b], marks):
            if position < quoted[0]:
                yield self._passage(None, position, quoted[0], marks)
            name = f"{self._prefix}{self._field[0]}{quoted[0]}"
            yield self._passage(name, *quoted, marks)
            position = quoted[1]
        if position < end:
            yield self._passage(None, position, end, marks)

    def _passage(self, name: str | None, start: int, end: int, marks: Sequence[Mark]) -> Passage:
        first = bisect_left(marks, start, key=lambda one: one.start)
        last = bisect_left(marks, end, key=lambda one: one.start)
        return Passage(name, start, end, tuple(self._pieces(start, end, marks[first:last])))

    def _pieces(self, start: int, end: int, marks: Sequence[Mark]) -> Iterator[Piece]:
        for one in marks:
            if start < one.start:
                yield Piece(self._text[start : one.start])
            yield Piece(self._text[one.start : one.end], one)
            start = one.end
        if start < end:
            yield Piece(self._text[start:end])


def _marks(record: Json, field: str, prefix: str) -> Iterator[Mark]:
    for number, entity in enumerate(record["entities"]):
        look = words.entity(entity["type"])
        hint = " · ".join([entity["name"], look.name, *entity["identifiers"].values()])
        for count, mention in enumerate(entity["mentions"]):
            if mention["field"] == field:
                name = mark_id(prefix, number, count) if count < LINKED else None
                yield Mark(mention["start"], mention["end"], name, entity["id"], look.group, look.label, hint)
    for quantity in record["quantities"]:
        if quantity["field"] == field:
            means = meaning(quantity) or ""
            hint = f"{quantity['kind']}: {means or 'not resolved'}"
            label = "" if quantity["kind"] == "percent" or means in quantity["text"] else means
            yield Mark(quantity["start"], quantity["end"], None, hint, "quantity", label, hint)


def _apart(marks: Iterator[Mark]) -> Iterator[Mark]:
    position = 0
    for one in sorted(marks, key=lambda one: (one.start, -one.end)):
        if one.start >= position:
            yield one
            position = one.end


def _told_once(marks: Sequence[Mark]) -> list[Mark]:
    """The label stands at the first mention in each block: at every one it would be noise."""
    told: set[str] = set()
    found = []
    for one in marks:
        found.append(replace(one, label="") if one.of in told else one)
        told.add(one.of)
    return found


def _quotations(record: Json, field: str) -> list[Range]:
    quoted = [event["evidence"] for event in record["events"]]
    quoted += [evidence for theme in record["themes"] for evidence in theme["evidence"]]
    return [(one["start"], one["end"]) for one in quoted if one["field"] == field and one["start"] < one["end"]]


def _widened(ranges: Sequence[Range], marks: Sequence[Mark]) -> list[Range]:
    """No mark is cut."""
    wide = []
    for start, end in ranges:
        first = bisect_right(marks, start, key=lambda one: one.end)
        last = bisect_left(marks, end, key=lambda one: one.start)
        cut = marks[first:last]
        wide.append((min(start, cut[0].start), max(end, cut[-1].end)) if cut else (start, end))
    return _merged(wide)


def _merged(ranges: Sequence[Range]) -> list[Range]:
    """In order, those that overlap as one."""
    merged: list[Range] = []
    for start, end in sorted(ranges):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged

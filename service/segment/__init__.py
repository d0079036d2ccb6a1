"""Body -> stories, teasers, captions and boilerplate, with offsets into the original text.

lines    body -> units, the stretches judged as one
clutter  units -> text, caption or boilerplate
stories  text units -> where another story starts
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from service.model import Segment, SegmentKind
from service.segment import stories
from service.segment.clutter import Label, label
from service.segment.lines import Unit, units

_BOUNDARIES = stories.load()
_Piece = tuple[Unit, Label, int]


def segment(body: str) -> tuple[Segment, ...]:
    """The segments of a body, in order, without overlap; every non-space character is in one.

    From the text alone. A segment has no space at its ends; neighbours of one kind and story are one segment.
    A story beside the main one is a ``teaser`` where it stops in mid-sentence or is a single paragraph.
    """
    found = units(body)
    labels = label(found)
    starts = _BOUNDARIES.find([unit for unit, name in zip(found, labels, strict=True) if name == "text"])
    pieces = list(_numbered(found, labels, starts))
    teasers = _teasers(pieces)
    return tuple(
        Segment(i, story, _kind(name, story in teasers), name == "text" and story == 0, start, end)
        for i, (name, story, start, end) in enumerate(_merged(pieces))
    )


def _numbered(found: Sequence[Unit], labels: Sequence[Label], starts: set[int]) -> Iterator[_Piece]:
    story = 0
    for unit, name in zip(found, labels, strict=True):
        story += unit.start in starts
        yield unit, name, story


def _teasers(pieces: Sequence[_Piece]) -> set[int]:
    texts: dict[int, list[Unit]] = {}
    for unit, name, story in pieces:
        if name == "text" and story:
            texts.setdefault(story, []).append(unit)
    return {story for story, of_it in texts.items() if len(of_it) == 1 or of_it[-1].cut}


def _kind(name: Label, teaser: bool) -> SegmentKind:
    if name != "text":
        return name
    return "teaser" if teaser else "story"


def _merged(pieces: Sequence[_Piece]) -> Iterator[tuple[Label, int, int, int]]:
    start = 0
    for i, (unit, name, story) in enumerate(pieces):
        if i == 0 or pieces[i - 1][1:] != (name, story):
            start = unit.start
        if i + 1 == len(pieces) or pieces[i + 1][1:] != (name, story):
            yield name, story, start, unit.end

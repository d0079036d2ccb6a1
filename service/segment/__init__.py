"""Body -> stories, teasers, captions and boilerplate, with offsets into the original text.

lines    body -> units, the stretches judged as one
clutter  units -> text, caption or boilerplate
stories  text units -> where another story starts
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from service.model import Segment, SegmentKind
from service.segment.clutter import label
from service.segment.lines import Unit, units

_Labelled = tuple[Unit, SegmentKind, int]


def segment(body: str) -> tuple[Segment, ...]:
    """The segments of a body, in order, without overlap; every non-space character is in one.

    From the text alone. A segment has no space at its ends; neighbours of one kind and story are one segment.
    """
    found = units(body)
    labels = label(found)
    kinds: list[_Labelled] = [
        (unit, "story" if name == "text" else name, 0) for unit, name in zip(found, labels, strict=True)
    ]
    return tuple(
        Segment(i, story, kind, kind == "story" and story == 0, start, end)
        for i, (kind, story, start, end) in enumerate(_merged(kinds))
    )


def _merged(labelled: Sequence[_Labelled]) -> Iterator[tuple[SegmentKind, int, int, int]]:
    start = 0
    for i, (unit, kind, story) in enumerate(labelled):
        if i == 0 or labelled[i - 1][1:] != (kind, story):
            start = unit.start
        if i + 1 == len(labelled) or labelled[i + 1][1:] != (kind, story):
            yield kind, story, start, unit.end

"""Body -> units: the stretches of text that are judged as one, a line or a part of a line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_LETTERS_A_WORD = 6  # in scripts without spaces
_BULLETS = " \t*•·▪‣–—|>#_+-"
_NUMBERED = re.compile(r"\d{1,2}[.)] ")
_SHORTEST_GLUED = 80  # characters of a line that may be cut
_BEGINNING = 400  # characters in which phrases are looked for
_ENDING = 12
_WRAPPED = 0.3  # share of the lines that go on with the sentence of the line above
_OPEN_END = re.compile(r"(?:\.\.\.|…)[\s\]\[)\"”’]*\Z")
_FULL_END = re.compile(r"[.!?:;。！？][\s\"'”’»)\]*_]*\Z")
# What never stands within a paragraph: a footer or a caption that lost its line break, the kicker of another story,
# or the beginning of a sentence after a word that cannot end one.
_GLUED = re.compile(
    r" (?=[A-Z(©])(?:(?<=[.!?”\")’] )(?="
    r"\((?:Additional )?(?:[Rr]eporting|[Ww]riting|[Ee]diting|Compiled|Edited|Reported)\b[^()]{0,60}? by "
    r"|(?:Reporting|Additional reporting|Writing) by [A-Z][\w.]+ [A-Z]"
    r"|Our Standards: |All rights reserved|©|View [Cc]omments\Z|Powered by ?WordPress"
    r"|(?:Photo|Image|Image [Cc]redits?|Photo [Cc]redit|Picture): ?[A-Z]"
    r"|(?!FILE|PHOTO|UPDATE|CORRECT|NOTE|SOURCE|IMAGE|VIDEO)[A-Z][A-Z’'&-]{2,20}(?: [A-Z’'&-]{1,20}){0,3}: [A-Z‘“])"
    r"|(?=(?:An?|The|It|He|She|We|They|This|After|When|While|With|Despite) [a-z])"
    r"(?:(?<= (?:to|of|in|by|on|at|as|is|or) )|(?<= (?:the|and|for|are|was|has|its|his|her) )"
    r"|(?<= (?:with|from|that|have|were|been|than|will|into) )))"
)


@dataclass(frozen=True, slots=True)
class Unit:
    """``text`` is ``body[start:end]``, without space at its ends.

    ``words``: how many; in a script without spaces, how many that would make in English. ``bare``: the beginning in
    lower case, without bullets, with straight apostrophes, as phrases are compared. ``cut``: the text stops in the
    middle of a sentence.
    """

    start: int
    end: int
    text: str
    words: int
    bare: str
    cut: bool

    @property
    def bulleted(self) -> bool:
        return self.text[0] in "*•·▪‣-–—+" or bool(_NUMBERED.match(self.text))

    @property
    def prose(self) -> bool:
        """A sentence or more, not a label or a headline."""
        return self.words >= 25 or (self.words >= 7 and not self.cut)


def units(body: str) -> list[Unit]:
    """Every line that is not blank, cut where a footer or a caption is glued to a paragraph."""
    found = [
        _unit(body, start, end)
        for line in _LINE.finditer(body)
        for start, end in _pieces(body, line.start(), line.end())
        if not body[start:end].isspace()
    ]
    return [replace(unit, cut=False) for unit in found] if _wrapped(found) else found


def _wrapped(found: Sequence[Unit]) -> bool:
    """Lines were broken at a fixed width: where one stops says nothing. Few lines show it if each is as full as the
    widest allows.
    """
    breaks = list(pairwise(found))
    going_on = sum(before.cut and unit.text[0].islower() for before, unit in breaks)
    if going_on >= 3 and going_on >= _WRAPPED * len(found):
        return True
    width = max((len(unit.text) for unit in found), default=0)
    full = all(len(before.text) + 1 + len(unit.text.split(None, 1)[0]) > width for before, unit in breaks)
    return going_on >= 1 and 2 * going_on >= len(breaks) and full


def _pieces(body: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    if end - start >= _SHORTEST_GLUED:
        for glue in _GLUED.finditer(body, start, end):
            yield start, glue.start()
            start = glue.end()
    if start < end:
        yield start, end


def _unit(body: str, start: int, end: int) -> Unit:
    text = body[start:end]
    start += len(text) - len(text.lstrip())
    text = text.strip()
    return Unit(
        start,
        start + len(text),
        text,
        max(text.count(" ") + 1, len(text) // (2 * _LETTERS_A_WORD)),
        text[:_BEGINNING].lstrip(_BULLETS).lower().replace("’", "'"),
        not _FULL_END.search(text[-_ENDING:]) or bool(_OPEN_END.search(text[-_ENDING:])),
    )

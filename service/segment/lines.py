"""Body -> units: the stretches of text that are judged as one, a line or a part of a line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_LETTERS_A_WORD = 6  # in scripts without spaces
_BULLET = re.compile(r"[\s*•·▪‣–—|>#_+-]+")
_OPEN_END = re.compile(r"(?:\.\.\.|…)[\s\]\[)\"”’]*\Z")
_FULL_END = re.compile(r"[.!?:;。！？][\s\"'”’»)\]*_]*\Z")
# What never stands within a paragraph: a footer or a caption that lost its line break, the kicker of another story,
# or the beginning of a sentence after a word that cannot end one.
_STOP = r"(?<=[.!?”\")’])\s+"
_GLUED = re.compile(
    rf"{_STOP}(?=\((?:Additional )?(?:[Rr]eporting|[Ww]riting|[Ee]diting|Compiled|Edited|Reported)\b[^()]{{0,60}}? by )"
    rf"|{_STOP}(?=(?:Reporting|Additional reporting|Writing) by [A-Z][\w.]+ [A-Z])"
    rf"|{_STOP}(?=Our Standards: |All rights reserved|©|View [Cc]omments\Z|Powered by ?WordPress)"
    rf"|{_STOP}(?=(?:Photo|Image|Image [Cc]redits?|Photo [Cc]redit|Picture): ?[A-Z])"
    rf"|{_STOP}(?!FILE|PHOTO|UPDATE|CORRECT|NOTE|SOURCE|IMAGE|VIDEO)(?=[A-Z][A-Z’'&-]{{2,20}}(?: [A-Z’'&-]{{1,20}}){{0,3}}: [A-Z‘“])"
    r"|(?<= (?:to|of|in|by|on|at|as|is|or))\s+(?=(?:An?|The|It|He|She|We|They|This|After|When|While|With|Despite) [a-z])"
    r"|(?<= (?:the|and|for|are|was|has|its|his|her))\s+(?=(?:An?|The|It|He|She|We|They|This|After|When|With) [a-z])"
    r"|(?<= (?:with|from|that|have|were|been|than|will|into))\s+(?=(?:An?|The|It|He|She|We|They|This|When) [a-z])"
)


@dataclass(frozen=True)
class Unit:
    """``text`` is ``body[start:end]``, without space at its ends; ``first``: it begins a line."""

    start: int
    end: int
    text: str
    first: bool

    @cached_property
    def words(self) -> int:
        """How many words; in a script without spaces, how many that would make in English."""
        return max(self.text.count(" ") + 1, len(self.text) // (2 * _LETTERS_A_WORD))

    @cached_property
    def bare(self) -> str:
        """The beginning in lower case, without bullets, with straight apostrophes: what phrases are compared with."""
        head = self.text[:400]
        bullet = _BULLET.match(head)
        return head[bullet.end() if bullet else 0 :].lower().replace("’", "'")

    @cached_property
    def bulleted(self) -> bool:
        return self.text[:1] in "*•·▪‣-–—+" or bool(re.match(r"\d{1,2}[.)] ", self.text))

    @cached_property
    def cut(self) -> bool:
        """The text stops in the middle of a sentence."""
        tail = self.text[-12:]
        return bool(_OPEN_END.search(tail)) or not _FULL_END.search(tail)

    @cached_property
    def prose(self) -> bool:
        """A sentence or more, not a label or a headline."""
        return self.words >= 25 or (self.words >= 7 and not self.cut)


def units(body: str) -> list[Unit]:
    """Every line that is not blank, cut where a footer or a caption is glued to a paragraph."""
    return [unit for line in _LINE.finditer(body) for unit in _cut(body, line.start(), line.end())]


def _cut(body: str, start: int, end: int) -> Iterator[Unit]:
    at = start
    for glue in _GLUED.finditer(body, start, end) if end - start > 80 else ():
        yield from _unit(body, at, glue.start(), at == start)
        at = glue.end()
    yield from _unit(body, at, end, at == start)


def _unit(body: str, start: int, end: int, first: bool) -> Iterator[Unit]:
    text = body[start:end]
    inner = text.strip()
    if inner:
        start += len(text) - len(text.lstrip())
        yield Unit(start, start + len(inner), inner, first)

"""Other names that stand in brackets right after a name: ``African Union (AU)``, ``Hon Hai (鴻海)``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from service.model import Span

_BRACKET = re.compile(r"(?:['’]s?)?\s?[(（]([^()（）\n]{1,60})[)）]")
_PART = re.compile(r"[^,;，、；]+")
_CJK = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]+(?:[ ·・\-]?[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+)*"
)
_ACRONYM = re.compile(r"[A-Z][A-Za-z&.\-]{0,8}[A-Z]\.?|[A-Z]{2,9}")
_WORD = re.compile(r"[^\W\d_]+")


def glosses(text: str, names: Sequence[Span]) -> Iterator[Span]:
    """The glosses of the names of one field, each with the type of what it glosses; names may already be there."""
    for name in names:
        bracket = _BRACKET.match(text, name.end)
        if not bracket:
            continue
        for part in _PART.finditer(text, bracket.start(1), bracket.end(1)):
            start = part.start() + len(part.group()) - len(part.group().lstrip())
            gloss = part.group().strip()
            if _CJK.fullmatch(gloss) or is_acronym(gloss, text[name.start : name.end]):
                yield Span(name.field, start, start + len(gloss), name.type)


def is_acronym(short: str, name: str) -> bool:
    """Whether the capitals of ``short`` are first letters of words of ``name``, in order, at least two of them.

    A ticker (``Intel (INTC)``) is not: its letters come from within one word.
    """
    if not _ACRONYM.fullmatch(short):
        return False
    wanted = [letter for letter in short if letter.isupper()]
    initials = iter([word[0].upper() for word in _WORD.findall(name)])
    return len(wanted) > 1 and all(letter in initials for letter in wanted)

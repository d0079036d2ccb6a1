"""Other names in brackets after a name, ``African Union (AU)``, ``Hon Hai (鴻海)``; the name before an acronym."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from service.model import Span

_BRACKET = re.compile(r"(?:['’]s?)?[\"”»]?\s?[(（]([^()（）\n]{1,60})[)）]")
_PART = re.compile(r"[^,;，、；]+")
_CJK = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]+(?:[ ·・\-]?[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+)*"
)
_ACRONYM = re.compile(r"[A-Z][A-Za-z&.\-]{0,8}[A-Z]\.?|[A-Z]{2,9}")
_SPELT = re.compile(r"[A-Z][a-z]{2,6}")  # an acronym that is read as a word: Apec, Unicef
_OPENED = re.compile(r"[\"”»]?\s?[(（]$")
# The capitalised words before a bracket.
_LEADING = re.compile(r"(?:[A-Z][\w&.’'-]*(?:\s+(?:of|for|and|the|on|in|&))*\s+){1,9}$")
_TOKEN = re.compile(r"\S+")
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


def expansions(text: str, names: Sequence[Span]) -> Iterator[Span]:
    """The full name before a known acronym, ``Freight Investor Services (FIS)``, with the type of the acronym."""
    for name in names:
        short = text[name.start : name.end]
        opened = _OPENED.search(text, max(0, name.start - 3), name.start)
        if not opened or text[name.end : name.end + 1] not in (")", "）", ",") or not _ACRONYM.fullmatch(short):
            continue
        before = _LEADING.search(text[max(0, opened.start() - 120) : opened.start()] + " ")
        if before and (full := _spelt_out(short, before.group())):
            yield Span(name.field, opened.start() - len(full), opened.start(), name.type)


def _spelt_out(short: str, before: str) -> str:
    """The fewest words at the end of ``before``, two or more, that the acronym stands for; empty where none do."""
    starts = [word.start() for word in _TOKEN.finditer(before)]
    tails = (before[start:].rstrip() for start in reversed(starts[:-1]))
    return next((tail for tail in tails if tail[:1] == short[0] and is_acronym(short, tail)), "")


def is_acronym(short: str, name: str) -> bool:
    """Whether the capitals of ``short`` are first letters of words of ``name``, in order, at least two of them.

    A ticker (``Intel (INTC)``) is not: its letters come from within one word.
    """
    spelt = _SPELT.fullmatch(short) is not None
    if not spelt and not _ACRONYM.fullmatch(short):
        return False
    wanted = [letter.upper() for letter in short if spelt or letter.isupper()]
    initials = iter([word[0].upper() for word in _WORD.findall(name)])
    return len(wanted) > 1 and all(letter in initials for letter in wanted)

"""Docs and segments -> sentences, by the full stops and the words around them; no parser is asked.

Rules in the manner of Grefenstette and Tapanainen (1994, "What is a word, what is a sentence?"): a stop ends a sentence
unless the word before it is a known abbreviation and the word after it may go on. The words are in
``data/sentences.toml``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

from service.model import FieldName, Segment, Sentence
from service.nlp.language import Docs

_WORDS = {
    name: frozenset(words)
    for name, words in tomllib.loads(
        (Path(__file__).parent / "data" / "sentences.toml").read_text(encoding="utf-8")
    ).items()
}
_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_STOP = re.compile(r"[.!?…。！？]++[\"'”’»)\]」』）]*+")  # possessive: linear in whatever comes
_GLUED = re.compile(r"[“‘\"]?[A-Z][a-z]")  # a next sentence whose space was lost in scraping
_NEXT = re.compile(r"\s*([\"'“‘«(\[*•–—-]*)\s*([^\W_]*)")
_LAST = re.compile(r"[^\s\"'“‘«(\[–—/]*\Z")
_LONGEST = 1000  # characters of a sentence
_LONGEST_WORD = 24  # characters looked back over for the word before a stop
_LETTERS = re.compile(r"(?:[A-Za-z]\.)+[A-Za-z]\Z")  # U.S, D.C, e.g
_LONGEST_LABEL = 6
_LABEL = re.compile(r"(?:\d{1,3}|[A-Za-z]|[ivxIVX]+)\Z")  # of a list: "1.", "b."


def split(docs: Docs, segments: Sequence[Segment]) -> tuple[Sentence, ...]:
    """The sentences of title and body, in order; none crosses a segment's border or a line break.

    A sentence has no space at either end; every non-space character of a segment is in one.
    """
    found = [Sentence("title", start, end, None, True) for start, end in _whole(docs, "title")]
    body = docs["body"].text
    for segment in segments:
        found += [
            Sentence("body", start, end, segment.id, segment.main)
            for start, end in _spans(body, segment.start, segment.end)
        ]
    return tuple(found)


def _whole(docs: Docs, name: FieldName) -> Iterator[tuple[int, int]]:
    text = docs[name].text
    return _spans(text, 0, len(text))


def _spans(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for line in _LINE.finditer(text, start, end):
        at = line.start()
        for stop in _STOP.finditer(text, at, line.end()):
            if _ends(text, at, stop.start(), stop.end(), line.end()):
                yield from _trimmed(text, at, stop.end())
                at = stop.end()
        yield from _trimmed(text, at, line.end())


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > _LONGEST:  # no sentence, but what is left of a table: it is looked at a stretch at a time
        cut = text.rfind(" ", start + 1, start + _LONGEST) + 1 or start + _LONGEST
        yield from _trimmed(text, start, cut)
        start = cut
    inner = text[start:end].strip()
    if inner:
        start += text[start:end].index(inner[0])
        yield start, start + len(inner)


def _ends(text: str, start: int, stop: int, after: int, end: int) -> bool:
    """Whether the marks ``text[stop:after]`` end the sentence that began at ``start``, in a line up to ``end``."""
    if after == end or text[stop] in "。！？":
        return True
    if not text[after].isspace():
        return _glued(text, stop, after)
    following = _NEXT.match(text, after, end)
    opening, word = following.groups() if following else ("", "")
    if word[:1].islower():
        return False
    before = _LAST.search(text, max(start, stop - _LONGEST_WORD), stop)
    last = before.group() if before else ""
    if after > stop + 1 or text[stop] != ".":
        return text[stop] != "!" or last not in _WORDS["exclaiming"]
    if stop - start <= _LONGEST_LABEL and _LABEL.match(text[start:stop].strip()):
        return False
    return _full_stop(last, bool(opening.strip("-–—*•([")) or word in _WORDS["starters"], word)


def _glued(text: str, stop: int, after: int) -> bool:
    """Whether a sentence ends at ``stop`` although no space follows: ``of the year.Meet``, but not ``Booking.Com``."""
    following = _GLUED.match(text, after)
    if not following or not text[max(0, stop - 2) : stop].islower():
        return False
    word = _NEXT.match(text, after)
    return word is not None and word.group(2) not in _WORDS["domains"]


def _full_stop(last: str, starts: bool, word: str) -> bool:
    """Whether a full stop between ``last`` and ``word`` ends a sentence; ``starts``: ``word`` looks like an opening."""
    if last in _WORDS["titles"]:
        return False
    if last in _WORDS["before_number"]:
        return not word[:1].isdigit()
    if last.lower() in {"a.m", "p.m"}:
        return not word[:1].isdigit() and word not in _WORDS["after_hour"]
    if last in _WORDS["may_end"] or _LETTERS.match(last) or (len(last) == 1 and last.isupper()):
        return starts
    return True

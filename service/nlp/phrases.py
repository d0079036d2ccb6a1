"""Lists of phrases, found in one pass over the words of a text: the one matcher of themes and events."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

_WORD = re.compile(r"[^\W_]+")
_WIDEST_GAP = 2  # characters between two words of a phrase: a space, a hyphen, an apostrophe
_LONGEST = 60  # letters of a word that may be in a list
_MEMO_SIZE = 50_000  # the vocabulary of news has a long tail: do not keep it for ever


class Hit(NamedTuple):
    """A phrase of list ``label`` at ``text[start:end]``; it begins with word number ``word``."""

    label: str
    start: int
    end: int
    word: int


class Words:
    """The words of a text in lower case, and where each starts."""

    def __init__(self, text: str) -> None:
        self.source = text
        lowered = lower(text)
        self.texts: list[str] = _WORD.findall(lowered)
        self.starts: list[int] = [match.start() for match in _WORD.finditer(lowered)]

    def end(self, i: int) -> int:
        """Where word ``i`` ends."""
        return self.starts[i] + len(self.texts[i])


@lru_cache(maxsize=8)
def words_of(text: str) -> Words:
    """The words of a text that several stages read one after the other: cut once."""
    return Words(text)


class _Phrase(NamedTuple):
    label: str
    words: tuple[str, ...]
    open_end: bool
    exact: str | None  # how it must be written, where its capitals matter


def lower(text: str) -> str:
    """Lower case of the same length, so that offsets hold (``İ`` would grow)."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


class Phrases:
    """Finds phrases; they are in lower case, or else must be written as given; ``*`` leaves the last word open."""

    def __init__(self, lists: Mapping[str, Iterable[str]]) -> None:
        self._exact: dict[str, list[_Phrase]] = {}
        self._open: list[_Phrase] = []
        for label, phrases in lists.items():
            for phrase in phrases:
                self._add(_parse(label, phrase))
        self._memo: dict[str, tuple[_Phrase, ...]] = {}

    def find(self, words: Words) -> list[Hit]:
        """Every phrase, in order of its first word; phrases may overlap."""
        self._learn(words.texts)
        starting = [(i, phrases) for i, word in enumerate(words.texts) if (phrases := self._memo.get(word))]
        return [
            Hit(phrase.label, words.starts[i], end, i)
            for i, phrases in starting
            for phrase in phrases
            if (end := _end(phrase, words, i)) and phrase.exact in {None, words.source[words.starts[i] : end]}
        ]

    def _add(self, phrase: _Phrase) -> None:
        if phrase.open_end and len(phrase.words) == 1:
            self._open.append(phrase)
        else:
            self._exact.setdefault(phrase.words[0], []).append(phrase)

    def _learn(self, words: Iterable[str]) -> None:
        if len(self._memo) > _MEMO_SIZE:
            self._memo.clear()
        for word in set(words).difference(self._memo):
            if len(word) > _LONGEST:
                continue
            opened = [phrase for phrase in self._open if word.startswith(phrase.words[0])]
            self._memo[word] = (*self._exact.get(word, ()), *opened)


def _parse(label: str, phrase: str) -> _Phrase:
    parts = tuple(_WORD.findall(lower(phrase)))
    if not parts:
        raise ValueError(f"empty phrase {phrase!r} in {label}")
    exact = phrase.removesuffix("*")
    return _Phrase(label, parts, phrase.endswith("*"), exact if exact != lower(exact) else None)


def _end(phrase: _Phrase, words: Words, i: int) -> int:
    """Where the phrase that starts at word ``i`` ends, or 0 where it does not stand there."""
    last = i + len(phrase.words) - 1
    if last >= len(words.texts):
        return 0
    for k, part in enumerate(phrase.words[1:], i + 1):
        same = words.texts[k].startswith(part) if phrase.open_end and k == last else words.texts[k] == part
        if not same or words.starts[k] - words.end(k - 1) > _WIDEST_GAP:
            return 0
    return words.end(last)

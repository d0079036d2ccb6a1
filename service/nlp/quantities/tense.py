"""Whether what is said of a bare "Tuesday" or "March" has happened, by the words around it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from service.nlp.quantities.numerals import data

_WORD = re.compile(r"['’]ll\b|[A-Za-z]+|\d+")
_SENTENCE_END = re.compile(r"[.!?;][\"”’']*\s+(?=[A-Z\"“])|\n")
_CLAUSE_END = re.compile(r"[.!?;:,](?:\s|[\"”’])|\n|\s[-–—]\s")  # what stands behind a quotation is of its speaker
_REACH_BACK = 12  # words in front that may decide
_REACH_ON = 5
_REACH_FROM_START = 14  # words behind a date that opens the sentence: its verb is yet to come
_OPENING = 2  # words before a date that still opens it: "But on"
_ARTICLES = {"a", "an", "the"}
_FUTURE = {"will", "shall"}
_IS = {"is", "are"}
_NEAR = 3  # words before the date in which "is announced" is said of it
_POSSESSIVE = ("'s", "’s")


class Tense:
    """Compiles its cues once."""

    def __init__(self) -> None:
        cues = data("dates")["cues"]
        self._ahead = frozenset(cues["ahead"])
        self._behind = frozenset(cues["behind"])
        self._ahead_before = frozenset(cues["ahead_before"])
        self._not_verbs = frozenset(cues["not_verbs"])
        self._agenda = frozenset(cues["agenda"])
        self._agenda_after = frozenset(cues["agenda_after"])
        self._before_nouns = self._not_verbs | frozenset(cues["before_nouns"])
        self._before_base = frozenset(cues["before_base"])

    def ahead(self, before: str, after: str) -> bool | None:
        """True: it is yet to come; False: it has been; None: the words do not say. The nearest cue decides."""
        if after.startswith(_POSSESSIVE):
            return None
        back = _WORD.findall(_SENTENCE_END.split(before)[-1])[-_REACH_BACK:]
        opens = len(back) <= _OPENING
        on = _WORD.findall(_CLAUSE_END.split(after.lstrip(", ") if opens else after, maxsplit=1)[0])
        on = on[: _REACH_FROM_START if opens else _REACH_ON]
        if back and back[-1].lower() in self._ahead_before:
            return True
        if self._is_to_be(back) or (not after.startswith(",") and self._will(back, on)):
            return True
        if (back and back[-1].lower() in _ARTICLES) or (
            on and self._cue(on, 0) is False
        ):  # "a Sunday filing", "Monday saw"
            return False
        cues = [self._cue(back, i) for i in range(len(back) - 1, -1, -1)] + [
            self._cue_after(on, i) for i in range(len(on))
        ]
        infinitive = True if self._to_verb(back) or self._to_verb(on) else None
        return next((cue for cue in cues if cue is not None), infinitive)

    def _will(self, back: Sequence[str], on: Sequence[str]) -> bool:
        """Of "Tuesday will be", "data Wednesday is expected to", but not of "the deal sealed on Tuesday will"."""
        if any(self._past(word.lower()) for word in back[-2:]):
            return False
        first, second = (*map(str.lower, on[:2]), "", "")[:2]
        return first in _FUTURE or (first in _IS and second in self._ahead)

    def _is_to_be(self, back: Sequence[str]) -> bool:
        """Of "the winner is announced on Tuesday"."""
        near = [word.lower() for word in back[-_NEAR - 1 :] if not word.endswith("ly")]
        return any(one in _IS and self._past(two) for one, two in pairwise(near))

    def _past(self, word: str) -> bool:
        return word in self._behind or (word.endswith("ed") and len(word) > 4)

    def _cue(self, words: Sequence[str], i: int) -> bool | None:
        if words[i].istitle() and i:  # United is no verb
            return None
        word, last = words[i].lower(), words[i - 1].lower() if i else ""
        if word in self._ahead or (word in self._agenda and i and last not in self._before_nouns):
            return True
        # "will be held", "to put": the cue in front of it decides
        return False if self._past(word) and last not in self._before_base else None

    def _cue_after(self, words: Sequence[str], i: int) -> bool | None:
        return True if words[i].lower() in self._agenda_after else self._cue(words, i)

    def _to_verb(self, words: Sequence[str]) -> bool:
        following = pairwise(words)
        return any(
            word == "to" and then.isalpha() and then.islower() and then not in self._not_verbs
            for word, then in following
        )

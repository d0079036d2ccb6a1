"""Whether what is said of a bare "Tuesday" or "March" has happened, by the words around it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from service.nlp.quantities.numerals import data

_WORD = re.compile(r"['’]ll\b|[A-Za-z]+|\d+")
_SENTENCE_END = re.compile(r"[.!?;][\"”’']*\s+(?=[A-Z\"“])|\n")
_CLAUSE_END = re.compile(r"[.!?;:,]\s|\n|\s[-–—]\s")
_REACH_BACK = 12  # words in front that may decide
_REACH_ON = 5
_ARTICLES = {"a", "an", "the"}
_POSSESSIVE = ("'s", "’s")


class Tense:
    """Compiles its cues once."""

    def __init__(self) -> None:
        cues = data("dates")["cues"]
        self._ahead = frozenset(cues["ahead"])
        self._behind = frozenset(cues["behind"])
        self._ahead_before = frozenset(cues["ahead_before"])
        self._not_verbs = frozenset(cues["not_verbs"])

    def ahead(self, before: str, after: str) -> bool | None:
        """True: it is yet to come; False: it has been; None: the words do not say. The nearest cue decides."""
        if after.startswith(_POSSESSIVE):
            return None
        back = _WORD.findall(_SENTENCE_END.split(before)[-1])[-_REACH_BACK:]
        on = _WORD.findall(_CLAUSE_END.split(after.lstrip(", "), maxsplit=1)[0])[:_REACH_ON]
        if back and back[-1].lower() in self._ahead_before:
            return True
        if (back and back[-1].lower() in _ARTICLES) or (
            on and self._cue(on, 0) is False
        ):  # "a Sunday filing", "Monday saw"
            return False
        cues = [self._cue(back, i) for i in range(len(back) - 1, -1, -1)] + [self._cue(on, i) for i in range(len(on))]
        infinitive = True if self._to_verb(back) or self._to_verb(on) else None
        return next((cue for cue in cues if cue is not None), infinitive)

    def _cue(self, words: Sequence[str], i: int) -> bool | None:
        word = words[i].lower()
        if word in self._ahead:
            return True
        past = word in self._behind or (word.endswith("ed") and len(word) > 4)
        to_be = past and i > 0 and words[i - 1].lower() == "be"  # "will be held": the cue in front of it decides
        return False if past and not to_be else None

    def _to_verb(self, words: Sequence[str]) -> bool:
        following = pairwise(words)
        return any(
            word == "to" and then.isalpha() and then.islower() and then not in self._not_verbs
            for word, then in following
        )

"""Makes an article harder: one of its sentences is set like a headline, now and then in capitals."""

from __future__ import annotations

import random
import re
from dataclasses import replace

from training.corpus import Sample

_SENTENCE = re.compile(r"[^\n.!?]{30,160}")
_SMALL = frozenset(
    (
        "a",
        "an",
        "and",
        "as",
        "at",
        "but",
        "by",
        "for",
        "from",
        "in",
        "into",
        "of",
        "on",
        "or",
        "over",
        "the",
        "to",
        "up",
    )
)
_WORD = re.compile(r"[^\W\d_]+")
_ALL_CAPITALS = 0.15


def headlined(sample: Sample, chance: random.Random) -> Sample:
    """The same names at the same places: only capitals change, never the length."""
    sentences = list(_SENTENCE.finditer(sample.text))
    if not sentences:
        return sample
    start, end = chance.choice(sentences).span()
    setting = _capitals if chance.random() < _ALL_CAPITALS else _title
    set_anew = _WORD.sub(setting, sample.text[start:end])
    if len(set_anew) != end - start:  # a letter whose capital is two
        return sample
    return replace(sample, text=sample.text[:start] + set_anew + sample.text[end:])


def _title(word: re.Match[str]) -> str:
    text = word.group()
    return text if text in _SMALL or text[:1].isupper() else text[:1].upper() + text[1:]


def _capitals(word: re.Match[str]) -> str:
    return word.group().upper()

"""Numbers as news writes them: "1,250.5", "$5m", "two hundred thousand", "half a trillion", "10 lakh crore"."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

#: bounded, or a page of digits is tried from each of them; what is longer is no amount
FIGURE = r"\d(?:\d{0,2}(?:,\d{2,3}){1,12}|\d{0,30})(?:\.\d{1,30})?"
_WORD = re.compile(r"[a-z]+(?:-quarters|-half)?")


@cache
def data(name: str) -> Mapping[str, Any]:
    """One file of words under ``service/nlp/data/quantities``."""
    return tomllib.loads(files("service.nlp").joinpath(f"data/quantities/{name}.toml").read_text(encoding="utf-8"))


def alternatives(words: Iterable[str]) -> str:
    """A pattern for any of the words, the longest first."""
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(words, key=len, reverse=True))


def scale_pattern() -> str:
    """What may follow a figure and multiply it; group ``scale``."""
    apart = alternatives(data("numbers")["scales"])
    stuck = alternatives(data("numbers")["suffixes"])
    return rf"(?:[\s-]{{0,2}}(?P<scale>(?i:{apart}))\b|(?P<suffix>{stuck})\b)"


def words_pattern() -> str:
    """A number in words that ends where the search ends; between it and what it counts: a space or a hyphen."""
    numbers = data("numbers")
    word = alternatives([*numbers["words"], *numbers["fractions"], *numbers["scales"], *numbers["vague"]["words"]])
    return (
        # Trap: "a" is one of the words; as a filler too it could be read in two ways, and many in exponentially many.
        rf"(?<![\w-])(?:multi-?)?(?:{word})(?![a-z])(?:[\s-]+(?:(?:and|of)\s+(?:an?\s+)?)?(?:{word})(?![a-z]))*"
        r"[\s-](?:of\s+)?(?:an?\s+)?$"
    )


def multiplier(scale: str | None) -> float:
    """How much a scale word or suffix stands for; 1 where there is none."""
    if not scale:
        return 1.0
    numbers = data("numbers")
    known = numbers["suffixes"].get(scale) or numbers["scales"][re.sub(r"\s+", " ", scale.lower())]
    return float(known)


def in_words(text: str) -> float | None:
    """The value of a number in words; None where it is vague ("tens of millions", "several hundred")."""
    numbers = data("numbers")
    words = _WORD.findall(text.lower())
    if not words or any(word in numbers["vague"]["words"] for word in (*words, " ".join(words[:2]))):
        return None
    if words[0] in {"a", "an"} and words[1:2] and words[1] in numbers["words"]:  # "a One Billion Dollar plan"
        words = words[1:]
    total = group = 0.0
    for word in words:
        if word in numbers["fractions"]:
            group += numbers["fractions"][word]
        elif word in numbers["words"]:
            group += 0.0 if group and word in {"a", "an"} else numbers["words"][word]
        elif word == "hundred":
            group = (group or 1) * 100
        elif word in numbers["scales"]:
            total, group = total + (group or 1) * numbers["scales"][word], 0.0
        elif word not in {"and", "of", "multi"}:
            return None
    return total + group if "multi" not in words else None

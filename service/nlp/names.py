"""Names in a form in which they can be compared: what a dot, a capital, an accent or ``Corp`` does not change."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

_POSSESSIVE = re.compile(r"(?:['’]s|(?<=s)['’])$")
_LEADING_THE = re.compile(r"^the\s+", re.IGNORECASE)
_PUNCTUATION = re.compile(r"[.,\"“”()\[\]]+")
_REALM = re.compile(
    r"(?:(?:islamic|people's|federal|democratic) )*"
    r"(?:kingdom|republic|state|commonwealth|federation|emirate|sultanate) of (?:the )?(.+)"
)
_DEPARTMENT = re.compile(r"(?:us )?department of (?:the )?(\w+)")


def clean(text: str) -> str:
    """The name as a reader would write it alone: one space between words, no leading article, no possessive."""
    return _LEADING_THE.sub("", _POSSESSIVE.sub("", " ".join(text.split())))


@lru_cache(maxsize=50_000)
def key(text: str) -> str:
    """The form that is compared: cleaned, lower case, without accents and dots (``U.S.`` and ``US`` are ``us``)."""
    plain = _PUNCTUATION.sub("", clean(text).replace("’", "'"))
    folded = unicodedata.normalize("NFKD", plain.casefold())
    return " ".join("".join(c for c in folded if not unicodedata.combining(c)).split())


@dataclass(frozen=True, slots=True)
class Words:
    """``data/linking.toml``, in the form in which names are compared."""

    company_suffixes: frozenset[str]
    umbrellas: frozenset[str]
    person_suffixes: frozenset[str]
    particles: frozenset[str]
    generic: frozenset[str]
    small_words: frozenset[str]
    nicknames: Mapping[str, str]
    aliases: Mapping[tuple[str, str], str]  # (type, key) -> what the entity is called

    @classmethod
    def load(cls) -> Words:
        data: dict[str, Any] = tomllib.loads(
            resources.files("service.nlp").joinpath("data/linking.toml").read_text("utf-8")
        )
        sets = ("company_suffixes", "umbrellas", "person_suffixes", "particles", "generic", "small_words")
        aliases = {
            (kind.upper(), key(name)): group["names"][0]
            for kind in ("gpe", "org")
            for group in data[kind]
            for name in group["names"]
        }
        return cls(**{name: frozenset(data[name]) for name in sets}, nicknames=data["nicknames"], aliases=aliases)

    def company_core(self, name: str) -> tuple[str, ...]:
        """The words of an organisation's key without legal form: ``softbank group corp`` -> ``(softbank,)``."""
        words = name.split()
        while len(words) > 1 and words[-1] in self.company_suffixes:
            words.pop()
        if match := _DEPARTMENT.fullmatch(name):
            words = [match[1], "department"]
        elif match := _REALM.fullmatch(name):
            words = match[1].split()
        return tuple(words)

    def person_core(self, name: str) -> tuple[str, ...]:
        """The words of a person's key without ``Jr`` and the like."""
        words = name.split()
        while len(words) > 1 and words[-1] in self.person_suffixes:
            words.pop()
        return tuple(words)

    def initials(self, name: str) -> frozenset[str]:
        """What a name may be shortened to: its words' initials, with and without the small words and the legal form."""
        words = re.split(r"[\s\-/]+", name)
        cores = (words, list(self.company_core(name)))
        found = {"".join(w[0] for w in ws if w) for ws in cores}
        found |= {"".join(w[0] for w in ws if w and w not in self.small_words) for ws in cores}
        found |= {letters[1:] for letters in found if len(letters) > 3}  # Irish Data Protection Commission: DPC
        return frozenset(letters for letters in found if len(letters) > 1)

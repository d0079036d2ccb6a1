"""Names as keys: what two ways to write one name have in common."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

Tokens = tuple[str, ...]

_MEMO = 20_000  # the same names come back all day; not for ever

_THE = re.compile(r"the\s+", re.IGNORECASE)
_POSSESSIVE = re.compile(r"['’]s?$")
_SPLIT = re.compile(r"[\s\-‐‑–_/,]+")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@cache
def words() -> Mapping[str, Any]:
    """``names.toml``."""
    return tomllib.loads(files("service.nlp").joinpath("data/linking/names.toml").read_text(encoding="utf-8"))


@cache
def word_set(table: str, name: str) -> frozenset[str]:
    """One list of ``names.toml``."""
    return frozenset(words()[table][name])


@cache
def aliases(table: str) -> Mapping[Tokens, str]:
    """Key of an alias -> the name it goes by."""
    return {tokens(name): line[0] for line in words()["aliases"][table] for name in line}


@cache
def nicknames() -> Mapping[str, str]:
    """Short given name -> the full one."""
    return dict(words()["nicknames"])


def bare(name: str) -> str:
    """Without a leading "the" and a possessive, spaces as one."""
    name = re.sub(r"\s+", " ", name).strip()
    return _POSSESSIVE.sub("", _THE.sub("", name, count=1)) or name


@lru_cache(maxsize=_MEMO)
def tokens(name: str) -> Tokens:
    """The words of a name, compared without case, accents, dots and hyphens: ``Kim Jong-un`` -> kim jong un.

    ``Amazon.com Inc.`` is amazon inc.
    """
    plain = unicodedata.normalize("NFKD", bare(name)) if not name.isascii() else bare(name)
    plain = "".join(c for c in plain if not unicodedata.combining(c)).casefold().replace("’", "'")
    return tuple(
        word for part in _SPLIT.split(plain) if (word := part.removesuffix(".com").replace(".", "").strip("'\"()“”:;"))
    )


def cjk(name: str) -> bool:
    """Whether a name is written in Chinese characters, kana or hangul."""
    return _CJK.search(name) is not None


def within(short: Tokens, full: Tokens) -> bool:
    """Whether all words of ``short`` stand in ``full``, in order."""
    rest = iter(full)
    return all(word in rest for word in short)


@lru_cache(maxsize=_MEMO)
def initials(name: str) -> frozenset[str]:
    """The acronyms that a name may have, in lower case: with and without small words, legal form and country."""
    parts = [part for part in re.split(r"[\s\-–/]+", bare(name)) if part]
    unsaid = word_set("organisations", "unsaid")
    said = [part for part in parts if part.casefold() not in unsaid]
    found = {_first(parts)}
    for cut in (0, 1, 2):
        if cut == 0 or (len(said) > cut + 1 and " ".join(tokens(" ".join(said[:cut]))) in _countries()):
            found |= {_first(rest) for rest in _legal_cuts(said[cut:])}
    return frozenset(acronym for acronym in found if len(acronym) > 1)


def _legal_cuts(parts: Sequence[str]) -> Iterator[Sequence[str]]:
    """As it is, and without each further word of its legal form: ... Co Ltd, ... Co, ..."""
    yield parts
    while len(parts) > 2 and parts[-1].casefold().rstrip(".,") in word_set("organisations", "legal"):
        parts = parts[:-1]
        yield parts


def _countries() -> frozenset[str]:
    return word_set("organisations", "countries")


def _first(parts: Sequence[str]) -> str:
    """First letters; what is an acronym itself counts whole (``U.S. Trade Representative`` -> ustr)."""
    return "".join(_letters(part) for part in parts).casefold()


def _letters(part: str) -> str:
    plain = part.replace(".", "")
    if plain.isupper() and 1 < len(plain) < 4:
        return plain
    return part[0] if part[0].isalnum() else ""

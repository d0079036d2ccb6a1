"""The words for types, kinds and states; words that are not known are shown as they are called."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class EntityWords:
    """``group`` is the look, ``label`` stands beside a name in the text, ``name`` in tables."""

    group: str
    label: str
    name: str


def entity(kind: str) -> EntityWords:
    known = _words()["entities"].get(kind)
    return EntityWords(**known) if known else EntityWords("thing", spaced(kind).lower(), spaced(kind).capitalize())


def groups() -> Mapping[str, str]:
    """The looks of marks, and what they stand for."""
    found: Mapping[str, str] = _words()["groups"]
    return found


def segment(kind: str) -> str:
    return str(_words()["segments"].get(kind) or spaced(kind).capitalize())


def flag(name: str) -> str:
    return str(_words()["flags"].get(name) or spaced(name))


def spaced(name: str) -> str:
    return name.replace("_", " ")


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads((files("service.page") / "words.toml").read_text(encoding="utf-8"))

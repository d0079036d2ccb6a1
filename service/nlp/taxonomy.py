"""The themes, read from ``data/themes/<id>.toml``, one file a theme. Imports no spaCy: whoever names topics reads it.

A theme's words are lists of phrases (lower case; ``*`` ends a word that may go on: ``tariff*``). A rule fires on a
sentence that holds all it ``needs`` and nothing of its ``unless``: names of word lists, or ``@ORG:2`` for two
different entities of a type (``@ORG|GPE``: of either).
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "data" / "themes"


class TaxonomyError(ValueError):
    """A theme's file cannot be used; the message names the file and what is wrong in it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """``score``: how likely (0 to 1) a story is about the theme when its first sentence fires the rule."""

    name: str
    score: float
    needs: tuple[str, ...]
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence as a whole story, and whether the theme is its theme: what the theme's tests read."""

    text: str
    holds: bool


@dataclass(frozen=True, slots=True)
class ThemeSpec:
    """One theme. ``id`` names its topic; ``threshold``: the score from which an article is published under it;
    ``implies``: themes that hold wherever it does; ``events``: types of event that speak for it
    (``partnership@ai``: as far as the words of the list ``ai`` are frequent); ``about``: a story that holds no word of
    any of these lists is not about it.
    """

    id: str
    title: str
    definition: str
    threshold: float
    iptc: tuple[str, ...] = ()
    gdelt: tuple[str, ...] = ()
    implies: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    examples: tuple[Example, ...] = ()


def load(folder: Path = FOLDER) -> tuple[ThemeSpec, ...]:
    """Every theme of the folder, by id. Raises ``TaxonomyError``."""
    return tuple(_theme(path) for path in sorted(folder.glob("*.toml")))


def version(folder: Path = FOLDER) -> str:
    """Changes whenever a theme's file or its weights change: the first 12 hex digits of a hash of them all."""
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.iterdir() if p.suffix in {".toml", ".json"}):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def _theme(path: Path) -> ThemeSpec:
    try:
        spec = _build(path.stem, tomllib.loads(path.read_text(encoding="utf-8")))
    except (KeyError, TypeError, ValueError) as problem:
        raise TaxonomyError(f"{path.name}: {problem!r}") from problem
    if mute := [rule.name for rule in spec.rules if all(item.startswith("@") for item in rule.needs)]:
        raise TaxonomyError(f"{path.name}: rules that need no word: {', '.join(mute)}")
    if unknown := _unknown_words(spec):
        raise TaxonomyError(f"{path.name}: word lists are named that are not there: {', '.join(unknown)}")
    return spec


def _build(identifier: str, raw: Mapping[str, Any]) -> ThemeSpec:
    return ThemeSpec(
        id=identifier,
        title=raw["title"],
        definition=raw["definition"],
        threshold=float(raw["threshold"]),
        iptc=tuple(raw.get("iptc", ())),
        gdelt=tuple(raw.get("gdelt", ())),
        implies=tuple(raw.get("implies", ())),
        events=tuple(raw.get("events", ())),
        about=tuple(raw.get("about", ())),
        words={name: tuple(phrases) for name, phrases in raw.get("words", {}).items()},
        rules=tuple(_rule(rule) for rule in raw.get("rules", ())),
        examples=tuple(Example(**example) for example in raw.get("examples", ())),
    )


def _rule(raw: Mapping[str, Any]) -> Rule:
    return Rule(raw["name"], float(raw["score"]), tuple(raw["needs"]), tuple(raw.get("unless", ())))


def _unknown_words(spec: ThemeSpec) -> list[str]:
    named = {item for rule in spec.rules for item in rule.needs + rule.unless} | set(spec.about)
    return sorted(item for item in named if not item.startswith("@") and item not in spec.words)

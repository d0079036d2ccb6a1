"""Which themes a story is about: the rule by which an article goes to a theme's own topic."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from service.nlp import taxonomy


def threshold(theme: str) -> float:
    """0 for a theme that this version does not know."""
    return _thresholds().get(theme, 0.0)


def matches(theme: Mapping[str, Any]) -> bool:
    """Of a theme in a record: the main story supports it, and its score reaches the theme's threshold."""
    return bool(theme["scope"] == "main" and theme["score"] >= threshold(theme["id"]))


def scope(theme: Mapping[str, Any]) -> str:
    """In words: the main story, or why the story is not about it."""
    if theme["scope"] != "main":
        return "beside the story"
    return "main story" if matches(theme) else f"below the threshold of {threshold(theme['id']):.2f}"


@cache
def _thresholds() -> dict[str, float]:
    return {theme.id: theme.threshold for theme in taxonomy.load()}

"""The topics as they are defined in ``topics/*/topic.toml``. Needs nothing but the standard library."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any

FOLDERS = (
    "articles.raw",
    "articles.enriched",
    "articles.enriched.theme",
    "articles.duplicates",
    "articles.dead",
    "articles.dead.replayed",
)
THEME = "<theme>"


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """One topic, without the prefix of an installation. ``stream`` is ``name`` without ``articles.``.

    ``config`` holds Kafka's topic settings; replication is the broker's default. ``key`` says what the key is,
    ``producers`` and ``consumers`` who writes and reads.
    """

    name: str
    title: str
    description: str
    partitions: int
    config: Mapping[str, str]
    key: str
    producers: tuple[str, ...]
    consumers: tuple[str, ...]

    @property
    def stream(self) -> str:
        return self.name.removeprefix("articles.")

    @property
    def max_message_bytes(self) -> int:
        return int(self.config["max.message.bytes"])


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an event is a dead letter. ``fault``: who can mend it, ``publisher`` or ``service``."""

    name: str
    fault: str
    meaning: str


def load(themes: Iterable[str]) -> tuple[TopicSpec, ...]:
    """Every topic, with one for each theme in place of the theme topics' common definition."""
    ids = tuple(themes)
    return tuple(spec for folder in FOLDERS for spec in _instances(_topic(folder), ids))


def reasons() -> tuple[Reason, ...]:
    """The vocabulary of dead letters, in the order in which an event is checked."""
    return tuple(Reason(name, **entry) for name, entry in _toml("articles.dead", "reasons.toml").items())


def _instances(spec: TopicSpec, themes: tuple[str, ...]) -> list[TopicSpec]:
    if THEME not in spec.name:
        return [spec]
    return [replace(spec, name=spec.name.replace(THEME, theme)) for theme in themes]


def _topic(folder: str) -> TopicSpec:
    raw = _toml(folder, "topic.toml")
    for name in ("producers", "consumers"):
        raw[name] = tuple(raw[name])
    return TopicSpec(**raw)


def _toml(folder: str, name: str) -> dict[str, Any]:
    return tomllib.loads((files("topics") / folder / name).read_text(encoding="utf-8"))

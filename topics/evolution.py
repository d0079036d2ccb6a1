"""Whether a changed topic, vocabulary of reasons or list of themes breaks those who rely on the one released before.

``compatibility`` does the same for JSON Schemas. What is not understood here must not change at all.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from topics.compatibility import Direction

UNLIMITED = -1  # of retention.ms
PROSE = {"title", "description", "producers", "consumers"}
KEPT = {
    "retention.ms": "604800000",
    "min.compaction.lag.ms": "0",
}  # may only grow; what Kafka takes where nothing is said
SIZE = "max.message.bytes"


def direction(topic: str) -> Direction:
    """Of the text of a ``topic.toml``: whether others write what we read, or read what we write."""
    return "in" if "scrapers" in tomllib.loads(topic)["producers"] else "out"


def topic_breaks(old: str, new: str) -> list[str]:
    """Of two texts of a ``topic.toml``: every break, one line each."""
    before, after = tomllib.loads(old), tomllib.loads(new)
    settings = _config(before.pop("config"), after.pop("config"), direction(old))
    return [*_differing(before, after, (before.keys() | after.keys()) - PROSE), *settings]


def reason_breaks(old: str, new: str) -> list[str]:
    """Of two texts of ``reasons.toml``: a reason that is gone, or that somebody else must mend now."""
    before, after = tomllib.loads(old), tomllib.loads(new)
    gone = [f"{name}: the reason is gone" for name in before.keys() - after.keys()]
    moved = [
        f"{name}: the fault was {before[name]['fault']}, now {after[name]['fault']}"
        for name in before.keys() & after.keys()
        if before[name]["fault"] != after[name]["fault"]
    ]
    return sorted([*gone, *moved])


def theme_breaks(old: str, new: str) -> list[str]:
    """Of two JSON lists of theme ids: each is a topic that somebody reads."""
    return [f"{theme}: the theme is gone, and its topic" for theme in sorted({*json.loads(old)} - {*json.loads(new)})]


def _config(before: Mapping[str, str], after: Mapping[str, str], way: Direction) -> Iterator[str]:
    for name, default in KEPT.items():
        kept, keeps = before.get(name, default), after.get(name, default)
        if _amount(keeps) < _amount(kept):
            yield f"{name}: was {kept}, now {keeps}"
    was, now = int(before[SIZE]), int(after[SIZE])
    if now < was if way == "in" else now > was:
        who = "publishers" if way == "in" else "consumers"
        yield f"{SIZE}: was {was}, now {now}: {who} have set their limits to it"
    policies = [set(config["cleanup.policy"].split(",")) for config in (before, after)]
    if policies[0] != policies[1]:
        yield f"cleanup.policy: was {before['cleanup.policy']}, now {after['cleanup.policy']}"
    understood = {*KEPT, SIZE, "cleanup.policy"}
    yield from _differing(before, after, (before.keys() | after.keys()) - understood)


def _differing(before: Mapping[str, Any], after: Mapping[str, Any], names: Iterable[str]) -> Iterator[str]:
    for name in sorted(names):
        if before.get(name) != after.get(name):
            yield f"{name}: was {before.get(name)!r}, now {after.get(name)!r}"


def _amount(text: str) -> float:
    return float("inf") if int(text) == UNLIMITED else int(text)

"""How far an event has come: proposed, under talks, announced, in force, paused, ended; and whether it is denied."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from service.nlp.events.reading import Reading
from service.nlp.phrases import Hit

_FILE = Path(__file__).parents[1] / "data" / "events" / "status.toml"
_CLAUSE_REACH = 120  # characters of the trigger's clause, each way
_WINDOWS = {"near": (60, 50), "around": (160, 160)}
_LEAD = 3  # sentences whose sure word counts more than a fuller sentence further down
_SURE = 2.0
_DENIED_WITHIN = 120  # characters between the denial and the trigger

Source = tuple[Reading, Hit]


@dataclass(frozen=True, slots=True)
class _Rule:
    kinds: frozenset[str]
    status: str
    weight: float
    where: str
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None

    def fits(self, seen: Mapping[str, str]) -> bool:
        text = seen[self.where]
        return self.pattern.search(text) is not None and not (self.unless and self.unless.search(text))


class StatusReader:
    """Reads the status of an event from the sentences that tell of it. Rules are in ``data/events/status.toml``."""

    def __init__(self, path: Path = _FILE) -> None:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        self._rules: dict[str, list[_Rule]] = {kind: [] for kind in raw["others"]}
        for rule in (_rule(item, raw["words"]) for item in raw["rules"]):
            for kind in rule.kinds:
                self._rules[kind].append(rule)
        self._others: Mapping[str, float] = raw["others"]
        self._clause = re.compile(raw["clause"], re.I)
        self._deny = re.compile(raw["denial"]["deny"], re.I)
        self._undone = re.compile(raw["denial"]["undone"], re.I)

    def status(self, kind: str, sources: Sequence[Source]) -> str:
        """What most of the sentences say, the best of them (the first) counting most.

        But where the lead of the article is sure, that it is over or held off, say, that is the news.
        """
        said = [self._said(kind, source) for source in sources]
        for rule, (reading, _) in zip(said, sources, strict=True):
            if rule.weight == _SURE and reading.position < _LEAD:
                return rule.status
        votes: dict[str, float] = dict.fromkeys((rule.status for rule in said), 0.0)
        for i, rule in enumerate(said):
            votes[rule.status] += rule.weight * (self._others[kind] if i else 1.0)
        return max(votes, key=lambda status: votes[status])

    def denied(self, source: Source) -> bool:
        """Whether the sentence denies the event ahead of its trigger word; “declined to comment” does not."""
        reading, trigger = source
        ahead = reading.text(max(reading.sentence.start, trigger.start - _DENIED_WITHIN), trigger.start)
        return bool(self._deny.search(ahead)) and not self._undone.search(reading.text())

    def _said(self, kind: str, source: Source) -> _Rule:
        reading, trigger = source
        seen = {where: _window(source, *reach) for where, reach in _WINDOWS.items()}
        seen |= {"sentence": reading.text(), "trigger": reading.text(trigger.start, trigger.end)}
        seen["before"], seen["after"] = self._in_clause(source)
        return next(rule for rule in self._rules[kind] if rule.fits(seen))

    def _in_clause(self, source: Source) -> tuple[str, str]:
        """What the trigger's clause says before and after it."""
        before, after = _window(source, _CLAUSE_REACH, None), _window(source, None, _CLAUSE_REACH)
        opening = max((border.end() for border in self._clause.finditer(before)), default=0)
        closing = self._clause.search(after)
        return before[opening:], after[: closing.start()] if closing else after


def _rule(raw: Mapping[str, Any], words: Mapping[str, str]) -> _Rule:
    return _Rule(
        frozenset(raw["kinds"]),
        raw["status"],
        raw.get("weight", 1.0),
        raw["where"],
        _filled(raw["pattern"], words),
        _filled(raw["unless"], words) if "unless" in raw else None,
    )


def _filled(pattern: str, words: Mapping[str, str]) -> re.Pattern[str]:
    for name, alternatives in words.items():
        pattern = pattern.replace("{" + name + "}", alternatives)
    return re.compile(pattern, re.I)


def _window(source: Source, before: int | None, after: int | None) -> str:
    """The sentence around the trigger; None: the trigger's own end is the border."""
    reading, trigger = source
    start = trigger.end if before is None else max(reading.sentence.start, trigger.start - before)
    end = trigger.start if after is None else min(reading.sentence.end, trigger.end + after)
    return reading.text(start, end)

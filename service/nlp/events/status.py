"""How far an event has come: proposed, under talks, announced, in force, paused, ended; and whether it is denied."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from service.nlp.events.reading import Reading
from service.nlp.phrases import Hit

_FILE = Path(__file__).parents[1] / "data" / "events" / "status.toml"
_WINDOWS = {"before": (100, None), "after": (None, 100), "near": (60, 50), "around": (160, 160)}
_LEAD = 3  # sentences whose word on a talk or an end counts more than a fuller sentence further down
_DECISIVE: Mapping[str, frozenset[str]] = {
    "partnership": frozenset({"ended", "under_talks"}),
    "tariff": frozenset({"ended", "paused"}),
    "export_control": frozenset({"ended", "paused"}),
    "trade_deal": frozenset({"ended"}),
    "trade_dispute": frozenset({"ended"}),
}
_BEST, _OTHER = 1.0, 0.6  # votes of the best sentence and of any other
_DENIED_WITHIN = 120  # characters between the denial and the trigger

Source = tuple[Reading, Hit]


@dataclass(frozen=True, slots=True)
class _Rule:
    kinds: frozenset[str]
    status: str
    where: str
    pattern: re.Pattern[str]


class StatusReader:
    """Reads the status of an event from the sentences that tell of it. Rules are in ``data/events/status.toml``."""

    def __init__(self, path: Path = _FILE) -> None:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        self._rules = [
            _Rule(frozenset(r["kinds"]), r["status"], r["where"], re.compile(r["pattern"], re.I)) for r in raw["rules"]
        ]
        self._deny = re.compile(raw["denial"]["deny"], re.I)
        self._undone = re.compile(raw["denial"]["undone"], re.I)

    def status(self, kind: str, sources: Sequence[Source]) -> str:
        """What most of the sentences say, the best of them (the first) counting most.

        But where the lead of the article says that it is over, held off or only talk, that is the news; and of a
        partnership else the best sentence decides.
        """
        said = [self._said(kind, source) for source in sources]
        lead = [s for s, (reading, _) in zip(said, sources, strict=True) if reading.position < _LEAD]
        if news := next((status for status in lead if status in _DECISIVE[kind]), None):
            return news
        if kind == "partnership":
            return said[0]
        votes: dict[str, float] = dict.fromkeys(said, 0.0)
        for i, status in enumerate(said):
            votes[status] += _BEST if i == 0 else _OTHER
        return max(said, key=lambda status: votes[status])

    def denied(self, source: Source) -> bool:
        """Whether the sentence denies the event ahead of its trigger word; “declined to comment” does not."""
        reading, trigger = source
        ahead = reading.text(max(reading.sentence.start, trigger.start - _DENIED_WITHIN), trigger.start)
        return bool(self._deny.search(ahead)) and not self._undone.search(reading.text())

    def _said(self, kind: str, source: Source) -> str:
        seen = {where: _window(source, *reach) for where, reach in _WINDOWS.items()}
        return next(r.status for r in self._rules if kind in r.kinds and r.pattern.search(seen[r.where]))


def _window(source: Source, before: int | None, after: int | None) -> str:
    """The sentence around the trigger; None: the trigger's own end is the border."""
    reading, trigger = source
    start = trigger.end if before is None else max(reading.sentence.start, trigger.start - before)
    end = trigger.start if after is None else min(reading.sentence.end, trigger.end + after)
    return reading.text(start, end)

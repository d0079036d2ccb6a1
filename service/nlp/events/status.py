"""How far an event has come: proposed, under talks, announced, in force, paused, ended; and whether it is denied."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from service.model import EVENT_STATUSES
from service.nlp.events.reading import Reading
from service.nlp.linear import Features, Linear
from service.nlp.phrases import Hit, Phrases, Words

_FILE = Path(__file__).parents[1] / "data" / "events" / "status.toml"
_NEAR = 45  # characters around the trigger
_WORD = re.compile(r"[a-z][a-z’'-]*")


@cache
def _phrases() -> Phrases:
    return Phrases(tomllib.loads(_FILE.read_text(encoding="utf-8"))["cues"])


def features(kind: str, reading: Reading, trigger: Hit) -> dict[str, float]:
    """Cue words before, after and close to the trigger word, and the words next to it."""
    found = {f"{kind}": 1.0, f"{kind} place {min(3, reading.position // 2)}": 1.0}
    for cue in _phrases().find(Words(reading.text())):
        start = cue.start + reading.sentence.start
        side = "before" if start < trigger.start else "after"
        near = "near" if -_NEAR < start - trigger.start < _NEAR else "far"
        word = reading.field[start : start + cue.end - cue.start].lower()
        for name in (
            cue.label,
            f"{kind} {cue.label}",
            f"{cue.label} {side} {near}",
            f"{kind} {cue.label} {near}",
            f"w {word}",
        ):
            found[name] = 1.0
    before = _WORD.findall(reading.text(max(reading.sentence.start, trigger.start - 40), trigger.start).lower())[-4:]
    after = _WORD.findall(reading.text(trigger.end, min(reading.sentence.end, trigger.end + 40)).lower())[:4]
    return found | {f"b {word}": 1.0 for word in before} | {f"a {word}": 1.0 for word in after}


def decide(models: Mapping[str, Linear], weighed: Features) -> str:
    """The status with the highest score."""
    return max(EVENT_STATUSES, key=lambda status: models[f"status {status}"].logit(weighed))


def denied(reading: Reading, trigger: Hit) -> bool:
    """Whether the sentence denies the event ahead of its trigger; “declined to comment” and “denied it had stalled” do not."""
    cues = [(cue.label, cue.start + reading.sentence.start) for cue in _phrases().find(Words(reading.text()))]
    if any(label == "undone" for label, _ in cues):
        return False
    return any(label == "deny" and 0 <= trigger.start - start < 120 for label, start in cues)

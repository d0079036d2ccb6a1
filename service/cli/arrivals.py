"""What has come of the articles one waits for: copies of a record on several topics, gathered under its key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import orjson

from service.demo.samples import Sample
from service.runtime.kafka.tailing import Published

GRACE = 1.0  # seconds in which the copies on the theme topics follow the first


@dataclass(slots=True)
class Arrival:
    """All copies of one record. ``since``: seconds on the caller's clock when the first came."""

    key: str
    first: Published
    since: float
    streams: set[str] = field(default_factory=set)

    @property
    def outcome(self) -> str:
        if self.first.stream == "dead":
            return "dead"
        return "retracted" if self.record["status"] == "retracted" else "enriched"

    @property
    def record(self) -> dict[str, object]:
        parsed: dict[str, object] = orjson.loads(self.first.value or b"{}")
        return parsed

    def header(self, name: str) -> str:
        return dict(self.first.headers).get(name, b"").decode("utf-8", "replace")


class Arrivals:
    """Gathers records under their keys; hands each on once, when its copies have had time to come."""

    def __init__(self, expected: Sequence[Sample]) -> None:
        self._expected = {sample.id: sample for sample in expected}
        self._open: dict[str, Arrival] = {}
        self.done: dict[str, Arrival] = {}

    def take(self, published: Published, now: float) -> None:
        key = (published.key or b"").decode("utf-8", "replace")
        arrival = self._open.setdefault(key, Arrival(key, published, now))
        arrival.streams.add(published.stream)

    def ripe(self, now: float) -> Iterator[Arrival]:
        for key in [key for key, arrival in self._open.items() if now - arrival.since >= GRACE]:
            arrival = self._open.pop(key)
            self.done.setdefault(key, arrival)
            yield arrival

    @property
    def complete(self) -> bool:
        return self._expected.keys() <= self.done.keys()

    def problems(self) -> list[str]:
        """What did not come through as its sample says, one line each."""
        return [line for sample in self._expected.values() for line in _compare(sample, self.done.get(sample.id))]


def _compare(sample: Sample, arrival: Arrival | None) -> Iterator[str]:
    if arrival is None:
        yield f"{sample.id}: nothing came of it"
    elif arrival.outcome != sample.outcome:
        yield f"{sample.id}: {arrival.outcome}, {sample.outcome} expected"
    elif sample.reason and arrival.header("wiretag_reason") != sample.reason:
        yield f"{sample.id}: dead because {arrival.header('wiretag_reason')}, {sample.reason} expected"
    elif missing := {f"enriched.{theme}" for theme in sample.themes} - arrival.streams:
        yield f"{sample.id}: not on articles.{', articles.'.join(sorted(missing))}"

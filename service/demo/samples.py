"""The samples: raw events, what each shows, and what must come of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any

import orjson


@dataclass(frozen=True, slots=True)
class Sample:
    """``event`` is a raw article, or text that is none. ``themes``: those to whose topics the article must go;
    ``outcome``: ``enriched``, ``retracted`` or ``dead``, and then ``reason``.
    """

    id: str
    shows: str
    event: Mapping[str, Any] | str
    outcome: str = "enriched"
    themes: tuple[str, ...] = ()
    reason: str | None = None

    @property
    def value(self) -> bytes:
        return self.event.encode() if isinstance(self.event, str) else orjson.dumps(self.event)

    def renamed(self, suffix: str) -> Sample:
        """The same sample under an id that its brokers have not seen."""
        event = self.event if isinstance(self.event, str) else {**self.event, "id": self.id + suffix}
        return replace(self, id=self.id + suffix, event=event)


def load() -> tuple[Sample, ...]:
    """Every sample, in the order in which the demo sends them."""
    return tuple(_sample(raw) for raw in orjson.loads((files("service.demo") / "samples.json").read_bytes()))


def _sample(raw: Mapping[str, Any]) -> Sample:
    return Sample(**{**raw, "themes": tuple(raw.get("themes", ()))})

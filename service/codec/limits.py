"""How large things may be."""

from __future__ import annotations

from dataclasses import dataclass

from service.settings import Settings


@dataclass(frozen=True, slots=True)
class Limits:
    """``body``: code points; ``enriched``: bytes of one output record, key and headers included."""

    body: int = 500_000
    enriched: int = 16 * 1024 * 1024 - 64 * 1024

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        return cls(body=settings.max_body)

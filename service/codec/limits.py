"""How large things may be."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """``body``: code points; ``enriched``: bytes of one output record, key and headers included."""

    body: int = 500_000
    enriched: int = 16 * 1024 * 1024 - 64 * 1024

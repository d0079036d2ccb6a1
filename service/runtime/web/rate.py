"""How much one client may ask for: a token bucket an address, for a bounded number of addresses. No clock."""

from __future__ import annotations

from collections import OrderedDict


class Rate:
    """``burst`` at once, then ``per_second``; of the ``clients`` seen last, the others begin anew."""

    def __init__(self, burst: int, per_second: float, clients: int = 10_000) -> None:
        self._burst = burst
        self._per_second = per_second
        self._clients = clients
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, client: str, now: float) -> float:
        """Takes a token and returns 0, or returns the seconds until there is one. ``now`` in seconds."""
        tokens, since = self._buckets.pop(client, (float(self._burst), now))
        tokens = min(self._burst, tokens + (now - since) * self._per_second)
        allowed = tokens >= 1
        self._buckets[client] = (tokens - 1 if allowed else tokens, now)
        if len(self._buckets) > self._clients:
            self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - tokens) / self._per_second

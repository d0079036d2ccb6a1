"""Metrics as the catalogues say, in a registry of their own, and what Prometheus reads of them."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client import (
    CONTENT_TYPE_PLAIN_0_0_4,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.openmetrics import exposition as openmetrics

from service.runtime.telemetry.catalogue import Spec


class Exposition:
    """The metrics of a process; what is reported to it makes its own of ``gauge``, ``counter`` and ``histogram``."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        # Trap: a setting of the whole process; without it every counter and histogram has a twin series *_created.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = registry or CollectorRegistry()
        ProcessCollector(registry=self._registry)

    def render(self, accept: str = "") -> tuple[bytes, str]:
        """Body and content type; OpenMetrics where the ``Accept`` header names it, the plain text format elsewhere."""
        if "application/openmetrics-text" in accept:
            body: bytes = openmetrics.generate_latest(self._registry)  # type: ignore[no-untyped-call]
            return body, openmetrics.CONTENT_TYPE_LATEST
        return generate_latest(self._registry), CONTENT_TYPE_PLAIN_0_0_4

    def _gauge(self, spec: Spec) -> Gauge:
        return Gauge(spec.name, spec.help, spec.labels, registry=self._registry)

    def _counter(self, spec: Spec, words: Iterable[str] = ()) -> Counter:
        """With a series for each of these values of its one label from the first scrape on."""
        counter = Counter(spec.name, spec.help, spec.labels, registry=self._registry)
        for word in words:
            counter.labels(word)
        return counter

    def _histogram(self, spec: Spec) -> Histogram:
        return Histogram(spec.name, spec.help, spec.labels, registry=self._registry, buckets=spec.buckets)

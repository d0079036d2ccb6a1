"""The metrics of ``wiretag web``; ``docs/metrics.md`` is compared with ``CATALOGUE``."""

from __future__ import annotations

from prometheus_client import CollectorRegistry

from service.runtime.telemetry.catalogue import OTHER, RESTART_REASONS, Spec
from service.runtime.telemetry.exposition import Exposition
from topics import catalogue as topics

STREAMS = ("enriched", "dead")
REFUSALS = ("rate", "busy")
TAGGED = "enriched"

READY = Spec(
    "wiretag_web_ready",
    "gauge",
    "",
    "1 once its tagging process takes texts (as /readyz), whether Kafka answers or not.",
    "0 for minutes: the pipeline cannot be loaded or memory is short; see the log.",
)
REQUESTS = Spec(
    "wiretag_web_requests_total",
    "counter",
    "",
    "Requests answered, by route and status.",
    "Many 5xx: read the log. Many 4xx: somebody tries things, or a proxy passes the wrong Host.",
    ("route", "status"),
)
TEXTS = Spec(
    "wiretag_web_texts_total",
    "counter",
    "",
    "Texts tagged for the page, by outcome: enriched, or the reason as in dead letters.",
    "worker_died, worker_timeout, tagger_failed: a text that the service could not take either; report it.",
    ("outcome",),
)
TAGGING = Spec(
    "wiretag_web_tagging_seconds",
    "histogram",
    "seconds",
    "From a text's arrival to its outcome, waiting for its turn included.",
    "Seconds: long texts, or more visitors than one tagging process serves.",
    buckets=(0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
REFUSED = Spec(
    "wiretag_web_refused_total",
    "counter",
    "",
    "Texts sent away: the client asked too often (rate), too many were waiting (busy).",
    "rate from behind a proxy: all its visitors share one allowance; let the proxy limit them.",
    ("reason",),
)
CONNECTED = Spec(
    "wiretag_web_feed_connected",
    "gauge",
    "",
    "1 while the feed reads the output topics.",
    "0 for minutes: the page says why; it comes back by itself.",
)
RECORDS = Spec(
    "wiretag_web_feed_records_total",
    "counter",
    "records",
    "Records that the feed has read, by stream; after each connection those of the last hour once more.",
    "Flat while the service publishes: look at wiretag_web_feed_connected.",
    ("stream",),
)
RESTARTS = Spec(
    "wiretag_web_restarts_total",
    "counter",
    "",
    "Tagging processes of the page that were replaced, because they died or hung.",
    "As wiretag_worker_restarts_total: a text that hangs the tagger, or memory.",
    ("reason",),
)
CATALOGUE: tuple[Spec, ...] = (READY, REQUESTS, TEXTS, TAGGING, REFUSED, RESTARTS, CONNECTED, RECORDS)


class WebMetrics(Exposition):
    """One object a registry."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        super().__init__(registry)
        self._ready, self._connected = self._gauge(READY), self._gauge(CONNECTED)
        self._outcomes = {TAGGED, OTHER, *(reason.name for reason in topics.reasons())}
        self._requests, self._texts = self._counter(REQUESTS), self._counter(TEXTS, sorted(self._outcomes))
        self._refused, self._records = self._counter(REFUSED, REFUSALS), self._counter(RECORDS, STREAMS)
        self._restarts = self._counter(RESTARTS, RESTART_REASONS)
        self._tagging = self._histogram(TAGGING)

    def health(self, live: bool, ready: bool) -> None:
        self._ready.set(live and ready)

    def answered(self, route: str, status: int) -> None:
        """``route`` as it is registered: visitors do not make series."""
        self._requests.labels(route, str(status)).inc()

    def tagged(self, outcome: str, seconds: float) -> None:
        self._texts.labels(outcome if outcome in self._outcomes else OTHER).inc()
        self._tagging.observe(seconds)

    def refused(self, reason: str) -> None:
        self._refused.labels(reason).inc()

    def restarted(self, reason: str) -> None:
        self._restarts.labels(reason).inc()

    def connected(self, whether: bool) -> None:
        self._connected.set(whether)

    def read(self, stream: str) -> None:
        self._records.labels(stream).inc()

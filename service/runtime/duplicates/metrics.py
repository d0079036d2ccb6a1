"""What operators see of ``wiretag duplicates``: the catalogue, and the object that is reported to.

``docs/metrics.md`` is compared with the catalogue. ``wiretag_build_info``, ``wiretag_live`` and ``wiretag_ready``
are the worker's.
"""

from __future__ import annotations

import platform

from prometheus_client import Gauge

from service import __version__
from service.duplicates import Stories
from service.model import Considered, Standing
from service.runtime.telemetry import catalogue
from service.runtime.telemetry.catalogue import OTHER, Spec
from service.runtime.telemetry.exposition import Exposition

OUTCOMES = ("original", "duplicate", "unchecked", "retracted", "stale", "late", "unreadable")
KINDS = ("exact", "near")
CAUSES = ("window", "memory")
ARTICLE_BYTES = 850  # of Python's objects for an article, as measured with a million (docs/adr/0017)

RECORDS = Spec(
    "wiretag_duplicates_records_total",
    "counter",
    "records",
    "Enriched records considered, by outcome; stale (older than the version known) and late (older than what is "
    "remembered) ones change nothing.",
    "Many late ones without a replay: raw events arrive days after their timestamps, or WIRETAG_DUPLICATES_ARTICLES is "
    "too small. Any unreadable one: something else writes to articles.enriched.",
    ("outcome",),
)
LINKS = Spec(
    "wiretag_duplicates_links_total",
    "counter",
    "records",
    "Records that say that an article is a duplicate, by kind.",
    "A sudden rise: a scraper sends one text under many ids (a cookie wall, an error page); `domain` says which.",
    ("kind",),
)
MOVED = Spec(
    "wiretag_duplicates_moved_total",
    "counter",
    "records",
    "Records about an article other than the one considered: its original was retracted, changed or preceded.",
    "Close to the number of records: partitions of articles.raw lag by hours behind each other, so order changes.",
)
ARTICLES = Spec(
    "wiretag_duplicates_articles",
    "gauge",
    "articles",
    "Articles remembered.",
    "At WIRETAG_DUPLICATES_ARTICLES: the window is shorter than set; allow more, where there is memory.",
)
ORIGINALS = Spec(
    "wiretag_duplicates_originals",
    "gauge",
    "articles",
    "Articles remembered that others are compared with.",
    "Its share of the articles falls: more of what comes is copied.",
)
MEMORY = Spec(
    "wiretag_duplicates_memory_bytes",
    "gauge",
    "bytes",
    "Estimated size of what is remembered; process_resident_memory_bytes is the whole process.",
    "Near the container's limit: lower WIRETAG_DUPLICATES_ARTICLES or WIRETAG_DUPLICATES_WINDOW.",
)
EVICTED = Spec(
    "wiretag_duplicates_evicted_total",
    "counter",
    "articles",
    "Articles forgotten, because they left the window or because there were too many.",
    "Any by memory: the window is shorter than set; see wiretag_duplicates_articles.",
    ("cause",),
)
LAG = Spec(
    "wiretag_duplicates_lag_records",
    "gauge",
    "records",
    "Records of articles.enriched not yet considered; transaction markers count.",
    "Growing: see wiretag_duplicates_seconds; there is one process, so only a faster core helps.",
)
RESTORED = Spec(
    "wiretag_duplicates_restored_records",
    "gauge",
    "records",
    "Records of articles.duplicates read since the start to know what was decided before.",
    "Standing still while not ready: the brokers do not answer.",
)
TO_RESTORE = Spec(
    "wiretag_duplicates_to_restore_records",
    "gauge",
    "records",
    "Records that remain to be read before the first is considered.",
    "As wiretag_duplicates_restored_records.",
)
SECONDS = Spec(
    "wiretag_duplicates_seconds",
    "histogram",
    "seconds",
    "Time to read and to compare one enriched record.",
    "Above 5 ms: thousands of pages made of one form, a little alike; look at what the scrapers send.",
    buckets=(0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1, 10),
)
TRANSACTION = Spec(
    "wiretag_duplicates_transaction_seconds",
    "histogram",
    "seconds",
    "Duration of one transaction: records and position.",
    "Above a second: the brokers are slow or short of in-sync replicas.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30),
)
CATALOGUE: tuple[Spec, ...] = (
    *(RECORDS, LINKS, MOVED, ARTICLES, ORIGINALS, MEMORY, EVICTED),
    *(LAG, RESTORED, TO_RESTORE, SECONDS, TRANSACTION),
)


class Metrics(Exposition):
    """One object a process. Every series is there from the first scrape on."""

    def __init__(self) -> None:
        super().__init__()
        self._gauge(catalogue.BUILD).labels(__version__, platform.python_version()).set(1)
        self._live, self._ready = self._gauge(catalogue.LIVE), self._gauge(catalogue.READY)
        self._records, self._links = self._counter(RECORDS, OUTCOMES), self._counter(LINKS, (*KINDS, OTHER))
        self._evicted = self._counter(EVICTED, CAUSES)
        self._moved = self._counter(MOVED)
        self._articles, self._originals = self._gauge(ARTICLES), self._gauge(ORIGINALS)
        self._memory, self._lag = self._gauge(MEMORY), Gauge(LAG.name, LAG.help, registry=None)
        self._restored, self._to_restore = self._gauge(RESTORED), self._gauge(TO_RESTORE)
        self._seconds, self._transaction = self._histogram(SECONDS), self._histogram(TRANSACTION)
        self._lag_shown = False
        self._forgotten = dict.fromkeys(CAUSES, 0)

    def considered(self, considered: Considered, seconds: float) -> None:
        self._records.labels(considered.outcome).inc()
        self._seconds.observe(seconds)
        self._moved.inc(max(0, len(considered.standings) - 1))
        for standing in considered.standings:
            self._count_link(standing)

    def unreadable(self) -> None:
        self._records.labels("unreadable").inc()

    def published(self, seconds: float) -> None:
        self._transaction.observe(seconds)

    def remembered(self, stories: Stories) -> None:
        self._articles.set(len(stories))
        self._originals.set(stories.originals)
        self._memory.set(stories.index_memory + len(stories) * ARTICLE_BYTES)
        for cause, articles in stories.evicted.items():
            self._evicted.labels(cause).inc(articles - self._forgotten[cause])
        self._forgotten = dict(stories.evicted)

    def restoring(self, done: int, to_go: int) -> None:
        self._restored.set(done)
        self._to_restore.set(to_go)

    def lag(self, records: int) -> None:
        self._lag.set(records)
        if not self._lag_shown:
            self._registry.register(self._lag)
        self._lag_shown = True

    def lag_unknown(self) -> None:
        """Nobody tells: no figure rather than an old one."""
        if self._lag_shown:
            self._registry.unregister(self._lag)
        self._lag_shown = False

    def health(self, live: bool, ready: bool) -> None:
        self._live.set(live)
        self._ready.set(ready)

    def _count_link(self, standing: Standing) -> None:
        if standing.link:
            self._links.labels(standing.link.kind if standing.link.kind in KINDS else OTHER).inc()

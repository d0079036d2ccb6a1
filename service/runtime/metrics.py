"""What operators see: one typed catalogue of every metric, and the object that the runtime reports to.

The catalogue is the documentation: ``docs/operations.md`` is compared with it, dashboards and alerts may name nothing
else. Label values are bounded: a word that is not known is counted as ``other``.
"""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

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

from service import __version__
from service.model import ENTITY_TYPES, EVENT_TYPES, Processed, RawEvent, Report
from service.nlp import taxonomy

OTHER = "other"
OUTCOMES = ("enriched", "retracted", "dead", "tombstone", "unchanged")
STAGES = ("segment", "nlp", "entities", "linking", "quantities", "events", "themes")
RESTARTS = ("died", "hung")
DEAD_REASONS = (
    "not_utf8",
    "not_json",
    "wrong_shape",
    "no_body",
    "empty_body",
    "no_identity",
    "body_too_long",
    "too_deep",
    "lone_surrogate",
    "output_too_large",
    "worker_died",
    "worker_hung",
)
LANGUAGES = (  # those that get a series of their own
    *("ar", "bn", "cs", "da", "de", "el", "en", "es", "fa", "fi", "fr", "he", "hi", "hu", "id", "it", "ja", "ko"),
    *("ms", "nl", "no", "pl", "pt", "ro", "ru", "sv", "th", "tr", "uk", "und", "vi", "zh"),
)

_FAST = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_SLOW = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 21600, 86400)
_LOOP = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30)
_SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)


@dataclass(frozen=True, slots=True)
class Spec:
    """One metric. ``known``: the label's values that exist from the start (one label); ``action``: for operators."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    unit: str
    help: str
    action: str
    labels: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()


BUILD = Spec(
    "wiretag_build_info",
    "gauge",
    "",
    "1, with the versions of the service and of Python as labels.",
    "Two versions at once: a roll-out is under way, or is stuck.",
    ("version", "python"),
)
LIVE = Spec(
    "wiretag_live",
    "gauge",
    "",
    "1 while the process does its work, 0 when it should be restarted (as /healthz).",
    "0 and no restart: the orchestrator has no liveness probe; see the reasons in /healthz.",
)
READY = Spec(
    "wiretag_ready",
    "gauge",
    "",
    "1 once models are loaded, topics checked and the group joined (as /readyz).",
    "0 for minutes: read the reasons in /readyz; usually Kafka cannot be reached or topics are missing.",
)
CONSUMED = Spec(
    "wiretag_consumed_events_total",
    "counter",
    "events",
    "Raw events that Kafka handed over, repetitions after a rebalance included.",
    "Flat while scrapers publish: look at the lag, at /readyz and at the brokers.",
    ("partition",),
)
OUTCOME = Spec(
    "wiretag_outcomes_total",
    "counter",
    "events",
    "Raw events whose one outcome was committed, by outcome.",
    "Flat while lag is above zero: stalled; the watchdog restarts the process, see the alert Stalled.",
    ("outcome",),
    OUTCOMES,
)
DEAD = Spec(
    "wiretag_dead_letters_total",
    "counter",
    "events",
    "Raw events that went to articles.dead, by reason.",
    "Read the letters' headers; input reasons are a scraper's bug, worker_* and output_too_large are ours.",
    ("reason",),
    DEAD_REASONS,
)
KEY_DIFFERS = Spec(
    "wiretag_key_differs_total",
    "counter",
    "events",
    "Raw events whose Kafka key is not the article id.",
    "Versions of one article may be out of order: tell the scraper's owner to key by article id.",
)
THEMES = Spec(
    "wiretag_article_themes_total",
    "counter",
    "articles",
    "Articles tagged with a theme, in whatever scope.",
    "A sudden fall with steady input: a taxonomy or model change; compare build and pipeline versions.",
    ("theme",),
)
ENTITIES = Spec(
    "wiretag_article_entities_total",
    "counter",
    "entities",
    "Entities found, by type.",
    "A type that falls to zero: the pipeline changed, or the input's language did.",
    ("type",),
    ENTITY_TYPES,
)
EVENTS = Spec(
    "wiretag_article_events_total",
    "counter",
    "events",
    "News events (partnerships, tariffs, ...) found, by type.",
    "As for themes.",
    ("type",),
    EVENT_TYPES,
)
LANGUAGE = Spec(
    "wiretag_article_languages_total",
    "counter",
    "articles",
    "Articles by detected language; only those in the pipeline's language get tags.",
    "Much outside the pipeline's language: the scraper's mix changed, or texts are broken.",
    ("language",),
    LANGUAGES,
)
STAGE = Spec(
    "wiretag_stage_seconds",
    "histogram",
    "seconds",
    "Time of one stage of the tagger for one article.",
    "The stage that grew is the one to profile; all of them: the machine is short of CPU.",
    ("stage",),
    STAGES,
    _FAST,
)
TAGGING = Spec(
    "wiretag_tagging_seconds",
    "histogram",
    "seconds",
    "Time of all stages together for one article.",
    "Its mean times the input rate is the number of cores needed; more processes when it exceeds those there are.",
    buckets=_FAST,
)
FRESHNESS = Spec(
    "wiretag_freshness_seconds",
    "histogram",
    "seconds",
    "From the raw record's timestamp to its outcome's commit.",
    "Grows with the lag: see alert Stale. A replay of old events shows here too and is no fault.",
    buckets=_SLOW,
)
TRANSACTION = Spec(
    "wiretag_transaction_seconds",
    "histogram",
    "seconds",
    "Duration of one transaction: outputs, dead letters and offset.",
    "Above a second: the brokers are slow or short of in-sync replicas.",
    buckets=_FAST,
)
BATCH = Spec(
    "wiretag_transaction_events",
    "histogram",
    "events",
    "Raw events settled by one transaction.",
    "Small under load means many partitions with little each; large is normal when catching up.",
    buckets=_SIZES,
)
PARTITIONS = Spec(
    "wiretag_owned_partitions",
    "gauge",
    "partitions",
    "Partitions of articles.raw that this process owns.",
    "0 on some processes: there are more processes than partitions; 0 on all: the group cannot form.",
)
LAG = Spec(
    "wiretag_lag_events",
    "gauge",
    "events",
    "Raw events stored and not yet settled, by owned partition.",
    "Growing: add processes up to the number of partitions; growing on one only: its key is hot.",
    ("partition",),
)
IN_FLIGHT = Spec(
    "wiretag_in_flight_events",
    "gauge",
    "events",
    "Raw events read and not yet settled, bounded by WIRETAG_MAX_IN_FLIGHT.",
    "At its bound all the time is what back-pressure looks like: tagging is the bottleneck.",
)
RESTART = Spec(
    "wiretag_worker_restarts_total",
    "counter",
    "",
    "Tagging processes that were replaced, because they died or hung.",
    "Look into articles.dead for worker_died and worker_hung; without letters: memory limits (OOM kills).",
    ("reason",),
    RESTARTS,
)
REBALANCE = Spec(
    "wiretag_rebalances_total",
    "counter",
    "",
    "Times the group gave this process its partitions anew.",
    "Many an hour: processes come and go, or sessions time out; use WIRETAG_GROUP_INSTANCE_ID.",
)
LOOP = Spec(
    "wiretag_event_loop_delay_seconds",
    "histogram",
    "seconds",
    "How late the event loop ran a timer.",
    "Above 0.1 s: something blocks the loop, or the machine is short of CPU; rebalances suffer first.",
    buckets=_LOOP,
)
HOLES = Spec(
    "wiretag_hole_events_total",
    "counter",
    "events",
    "Raw events that Faust stepped over and that were fetched again.",
    "A few after a rebalance are normal; without rebalances: report it.",
    ("partition",),
)
DROPPED = Spec(
    "wiretag_dropped_events_total",
    "counter",
    "events",
    "Raw events handed over though settled already, and dropped.",
    "A few after a rebalance are normal; without rebalances: report it.",
    ("partition",),
)
CATALOGUE: tuple[Spec, ...] = (
    *(BUILD, LIVE, READY, CONSUMED, OUTCOME, DEAD, KEY_DIFFERS, THEMES, ENTITIES, EVENTS, LANGUAGE),
    *(STAGE, TAGGING, FRESHNESS, TRANSACTION, BATCH, PARTITIONS, LAG, IN_FLIGHT),
    *(RESTART, REBALANCE, LOOP, HOLES, DROPPED),
)


class _Words:
    """A counter with one label; a word that is not known counts as ``other``."""

    def __init__(self, counter: Counter, known: Iterable[str]) -> None:
        self._known = {word: counter.labels(word) for word in known}
        self._other = counter.labels(OTHER)

    def add(self, word: str | None, amount: int = 1) -> None:
        self._known.get(word or OTHER, self._other).inc(amount)


class Metrics:
    """The runtime reports here, ``site`` renders it. One object a registry; cheap enough to call for each event.

    ``now`` is seconds since the epoch.
    """

    def __init__(self, registry: CollectorRegistry | None = None, now: Callable[[], float] = time.time) -> None:
        # Trap: a setting of the whole process; without it every counter and histogram has a twin series *_created.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = registry or CollectorRegistry()
        self._now = now
        ProcessCollector(registry=self._registry)
        self._gauge(BUILD).labels(__version__, platform.python_version()).set(1)
        self._live, self._ready = self._gauge(LIVE), self._gauge(READY)
        self._in_flight, self._lag, self._partitions = self._gauge(IN_FLIGHT), self._gauge(LAG), self._gauge(PARTITIONS)
        self._consumed, self._holes, self._dropped = (self._counter(spec) for spec in (CONSUMED, HOLES, DROPPED))
        self._key_differs, self._rebalances = self._counter(KEY_DIFFERS), self._counter(REBALANCE)
        self._outcomes, self._dead, self._restarts = (self._words(spec) for spec in (OUTCOME, DEAD, RESTART))
        self._entities, self._events, self._languages = (self._words(spec) for spec in (ENTITIES, EVENTS, LANGUAGE))
        self._themes = _Words(self._counter(THEMES), (theme.id for theme in taxonomy.load()))
        stages = self._histogram(STAGE)
        self._stages = {stage: stages.labels(stage) for stage in (*STAGES, OTHER)}
        self._tagging, self._freshness = self._histogram(TAGGING), self._histogram(FRESHNESS)
        self._transaction, self._batch = self._histogram(TRANSACTION), self._histogram(BATCH)
        self._loop = self._histogram(LOOP)
        self._owned: frozenset[int] = frozenset()

    # --- what the runtime reports -------------------------------------------------------------------------------

    def consumed(self, partition: int, events: int) -> None:
        """Events of ``articles.raw`` were handed over by Kafka."""
        self._consumed.labels(partition).inc(events)

    def published(self, partition: int, outcomes: Sequence[tuple[RawEvent, Processed]], seconds: float) -> None:
        """A transaction of ``seconds`` was committed with these outcomes of one partition."""
        now = self._now()
        self._transaction.observe(seconds)
        self._batch.observe(len(outcomes))
        for event, processed in outcomes:
            self._freshness.observe(max(0.0, now - event.timestamp / 1000))
            self._count(processed.report)

    def owned(self, partitions: Iterable[int]) -> None:
        """The partitions owned from now on; the others' lag is no longer ours to tell."""
        before, self._owned = self._owned, frozenset(partitions)
        for partition in before - self._owned:
            self._lag.remove_by_labels({"partition": str(partition)})
        for partition in self._owned:
            for counter in (self._consumed, self._holes, self._dropped):
                counter.labels(partition)
        self._partitions.set(len(self._owned))

    def lag(self, partition: int, events: int) -> None:
        """Events stored and not yet settled; ignored for a partition that is not (or no longer) owned."""
        if partition in self._owned:
            self._lag.labels(partition).set(events)

    def in_flight(self, events: int) -> None:
        self._in_flight.set(events)

    def worker_restarted(self, reason: str) -> None:
        """``reason``: ``died`` or ``hung``."""
        self._restarts.add(reason)

    def rebalanced(self) -> None:
        self._rebalances.inc()

    def loop_delay(self, seconds: float) -> None:
        self._loop.observe(seconds)

    def holes(self, partition: int, events: int) -> None:
        """Events that Faust stepped over were fetched again."""
        self._holes.labels(partition).inc(events)

    def dropped(self, partition: int, events: int) -> None:
        """Events that were settled before were handed over again."""
        self._dropped.labels(partition).inc(events)

    def health(self, live: bool, ready: bool) -> None:
        self._live.set(live)
        self._ready.set(ready)

    # --- what Prometheus reads ----------------------------------------------------------------------------------

    def render(self, accept: str = "") -> tuple[bytes, str]:
        """Body and content type; OpenMetrics where the ``Accept`` header names it, the plain text format elsewhere."""
        if "application/openmetrics-text" in accept:
            return openmetrics.generate_latest(self._registry), openmetrics.CONTENT_TYPE_LATEST
        body: bytes = generate_latest(self._registry)  # type: ignore[no-untyped-call]
        return body, CONTENT_TYPE_PLAIN_0_0_4

    # --- within -------------------------------------------------------------------------------------------------

    def _count(self, report: Report) -> None:
        self._outcomes.add(report.outcome)
        if report.outcome == "dead":
            self._dead.add(report.reason)
        if report.key_differs:
            self._key_differs.inc()
        if report.outcome == "enriched":
            self._count_tags(report)

    def _count_tags(self, report: Report) -> None:
        self._languages.add(report.language)
        for theme in report.themes:
            self._themes.add(theme)
        for kind, amount in report.entity_types.items():
            self._entities.add(kind, amount)
        for kind, amount in report.events.items():
            self._events.add(kind, amount)
        for stage, seconds in report.timings.items():
            (self._stages.get(stage) or self._stages[OTHER]).observe(seconds)
        self._tagging.observe(sum(report.timings.values()))

    def _gauge(self, spec: Spec) -> Gauge:
        return Gauge(spec.name, spec.help, spec.labels, registry=self._registry)

    def _counter(self, spec: Spec) -> Counter:
        return Counter(spec.name, spec.help, spec.labels, registry=self._registry)

    def _histogram(self, spec: Spec) -> Histogram:
        return Histogram(spec.name, spec.help, spec.labels, registry=self._registry, buckets=spec.buckets)

    def _words(self, spec: Spec) -> _Words:
        return _Words(self._counter(spec), spec.known)

"""The object that the runtime reports to, and Prometheus reads. ``catalogue`` says what each metric means."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Iterable, Mapping, Sequence

from prometheus_client import CollectorRegistry, Counter

from service import __version__
from service.model import ENTITY_TYPES, EVENT_TYPES, Processed, RawEvent, Report
from service.nlp import taxonomy
from service.runtime.telemetry import catalogue, memory
from service.runtime.telemetry.catalogue import OTHER, Spec
from service.runtime.telemetry.exposition import Exposition
from service.runtime.telemetry.producers import Producers
from topics import catalogue as topics


class _Words:
    """A series a word; one that is not known counts as ``other``."""

    def __init__(self, known: Mapping[str, Counter], other: Counter) -> None:
        self._known = known
        self._other = other

    def add(self, word: str | None, amount: int = 1) -> None:
        self._known.get(word or OTHER, self._other).inc(amount)


class Metrics(Exposition):
    """The runtime reports here, ``site`` renders it. One object a registry; cheap enough to call for each event.

    ``now`` is seconds since the epoch.
    """

    def __init__(self, registry: CollectorRegistry | None = None, now: Callable[[], float] = time.time) -> None:
        super().__init__(registry)
        self._now = now
        self._owned: frozenset[int] = frozenset()
        self._make_process_metrics()
        self._make_flow_metrics()
        self._make_tag_metrics()
        self._make_timings()

    def _make_process_metrics(self) -> None:
        self._gauge(catalogue.BUILD).labels(__version__, platform.python_version()).set(1)
        self._live, self._ready = self._gauge(catalogue.LIVE), self._gauge(catalogue.READY)
        self._restarts = self._words(catalogue.RESTARTS, catalogue.RESTART_REASONS)
        self._gauge(catalogue.MEMORY).set_function(memory.of_children)
        self._rebalances = self._counter(catalogue.REBALANCES)
        self._loop = self._histogram(catalogue.LOOP_DELAY)

    def _make_flow_metrics(self) -> None:
        self._partitions = self._gauge(catalogue.PARTITIONS)
        self._lag, self._in_flight = self._gauge(catalogue.LAG), self._gauge(catalogue.IN_FLIGHT)
        self._consumed = self._counter(catalogue.CONSUMED)
        self._holes, self._dropped = self._counter(catalogue.HOLES), self._counter(catalogue.DROPPED)
        self._outcomes = self._words(catalogue.OUTCOMES, catalogue.OUTCOME_NAMES)
        dead = self._counter(catalogue.DEAD_LETTERS)
        letters = {reason.name: dead.labels(reason.name, reason.fault) for reason in topics.reasons()}
        self._dead = _Words(letters, dead.labels(OTHER, "service"))
        self._producers = Producers(self._counter(catalogue.PRODUCER_EVENTS), self._counter(catalogue.PRODUCER_REFUSED))
        self._key_differs = self._counter(catalogue.KEY_DIFFERS)

    def _make_tag_metrics(self) -> None:
        themes = [theme.id for theme in taxonomy.load()]
        streams = [topic.stream for topic in topics.load(themes) if "wiretag" in topic.producers]
        self._streams = self._words(catalogue.PUBLISHED, streams)
        self._themes = self._words(catalogue.THEMES, themes)
        self._entities = self._words(catalogue.ENTITIES, ENTITY_TYPES)
        self._events = self._words(catalogue.EVENTS, EVENT_TYPES)
        self._languages = self._words(catalogue.LANGUAGES, catalogue.LANGUAGE_CODES)

    def _make_timings(self) -> None:
        stages = self._histogram(catalogue.STAGE)
        self._stages = {stage: stages.labels(stage) for stage in (*catalogue.STAGE_NAMES, OTHER)}
        self._tagging, self._end_to_end = self._histogram(catalogue.TAGGING), self._histogram(catalogue.END_TO_END)
        self._freshness = self._histogram(catalogue.FRESHNESS)
        self._transaction, self._batch = self._histogram(catalogue.TRANSACTION), self._histogram(catalogue.BATCH)

    # --- what the runtime reports -------------------------------------------------------------------------------

    def consumed(self, partition: int, events: int) -> None:
        """Events of ``articles.raw`` were handed over by Kafka."""
        self._consumed.labels(partition).inc(events)

    def published(
        self, partition: int, outcomes: Sequence[tuple[RawEvent, Processed]], seconds: float, waits: Iterable[float]
    ) -> None:
        """A transaction of ``seconds`` was committed with these outcomes of one partition; ``waits``: the seconds since
        each of their raw events was read.
        """
        now = self._now()
        self._transaction.observe(seconds)
        self._batch.observe(len(outcomes))
        for event, processed in outcomes:
            self._freshness.observe(max(0.0, now - event.timestamp / 1000))
            self._count(processed.report)
            for message in processed.messages:
                self._streams.add(message.stream)
        for wait in waits:
            self._end_to_end.observe(wait)

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

    def lag_unknown(self) -> None:
        """Nobody tells how long the log is: no figure rather than an old one."""
        for partition in self._owned:
            self._lag.remove_by_labels({"partition": str(partition)})

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

    # --- within -------------------------------------------------------------------------------------------------

    def _count(self, report: Report) -> None:
        self._outcomes.add(report.outcome)
        self._producers.add(report)
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

    def _words(self, spec: Spec, known: Iterable[str]) -> _Words:
        counter = self._counter(spec)
        return _Words({word: counter.labels(word) for word in known}, counter.labels(OTHER))

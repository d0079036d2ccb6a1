"""Events by who sent them: a label whose values come from outside, so that their number has to be bounded."""

from __future__ import annotations

from prometheus_client import Counter

from service.codec.producer import UNKNOWN
from service.model import Report
from service.runtime.telemetry.catalogue import OTHER, PRODUCERS
from topics import catalogue as topics


class Producers:
    """Two counters with the label ``producer``: ``events``, and ``refused``, those of them that became dead letters by
    their producer's own fault.

    The first ``PRODUCERS`` that are seen have a series each. As many places again are kept for those that have an event
    refused, so that a broken scraper is named however many there are; all others count as ``other``.
    """

    def __init__(self, events: Counter, refused: Counter) -> None:
        self._events, self._refused = events, refused
        self._series: dict[str, tuple[Counter, Counter]] = {}
        self._theirs = {reason.name for reason in topics.reasons() if reason.fault == "publisher"}
        for name in (OTHER, UNKNOWN):
            self._add(name)

    def add(self, report: Report) -> None:
        refused = report.reason in self._theirs
        if report.producer not in self._series and len(self._series) < (2 * PRODUCERS if refused else PRODUCERS):
            self._add(report.producer)
        events, refusals = self._series.get(report.producer) or self._series[OTHER]
        events.inc()
        if refused:
            refusals.inc()

    def _add(self, name: str) -> None:
        self._series[name] = self._events.labels(name), self._refused.labels(name)

"""Every event counts for one producer, a broken scraper has its name, and the number of series is bounded."""

import pytest
from prometheus_client import CollectorRegistry

from service.model import Processed, RawEvent, Report
from service.runtime.telemetry.catalogue import PRODUCERS
from service.runtime.telemetry.metrics import Metrics

NOW = 1_700_000_000.0


class Counted:
    """Metrics that were told of some reports."""

    def __init__(self, *reports: Report) -> None:
        self._registry = CollectorRegistry()
        event = RawEvent("articles.raw", 0, 7, int(NOW * 1000), b"a", b"{}")
        outcomes = [(event, Processed(7, (), report)) for report in reports]
        Metrics(self._registry, now=lambda: NOW).published(0, outcomes, 0.02, [])

    def of(self, producer: str) -> tuple[float | None, float | None]:
        names = ("wiretag_producer_events_total", "wiretag_producer_refused_events_total")
        events, refused = (self._registry.get_sample_value(name, {"producer": producer}) for name in names)
        return events, refused

    def series(self) -> int:
        return sum(
            len(family.samples)
            for family in self._registry.collect()
            if family.name in {"wiretag_producer_events", "wiretag_producer_refused_events"}
        )


def good(producer: str) -> Report:
    return Report("unchanged", producer=producer)


def refused(producer: str) -> Report:
    return Report("dead", reason="empty_body", producer=producer)


def test_events_and_those_refused() -> None:
    counted = Counted(
        good("a.example"), good("a.example"), refused("a.example"), good("b.example"), Report("tombstone")
    )
    assert [counted.of(name) for name in ("a.example", "b.example", "unknown")] == [(3, 1), (1, 0), (1, 0)]


def test_unknown_and_other_are_there_from_the_start() -> None:
    assert [Counted().of(name) for name in ("unknown", "other")] == [(0, 0), (0, 0)]


@pytest.mark.parametrize("reason", ["worker_died", "tagger_failed", "output_too_large", "a word to come", None])
def test_a_fault_of_ours_is_not_the_producers(reason: str | None) -> None:
    assert Counted(Report("dead", reason=reason, producer="a.example")).of("a.example") == (1, 0)


def test_a_broken_scraper_has_a_series_however_many_there_are() -> None:
    crowd = [good(f"s{number}.example") for number in range(10 * PRODUCERS)]
    counted = Counted(*crowd, good("late.example"), refused("late.example"), good("late.example"))
    assert counted.of("late.example") == (2, 1)
    assert counted.of("other") == (10 * PRODUCERS + 1 - (PRODUCERS - 2), 0)


def test_invented_producers_make_a_bounded_number_of_series() -> None:
    flood = [refused(f"s{number}.example") for number in range(1000)]
    counted = Counted(*flood)
    assert counted.series() == 2 * 2 * PRODUCERS
    assert counted.of("other") == (1000 - (2 * PRODUCERS - 2), 1000 - (2 * PRODUCERS - 2))

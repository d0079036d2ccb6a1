"""What the runtime reports is what Prometheus reads."""

from collections.abc import Mapping

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families as parse_text

from service.model import ENTITY_TYPES, EVENT_TYPES, Message, Processed, RawEvent, Report
from service.nlp import taxonomy
from service.runtime.telemetry import catalogue
from service.runtime.telemetry.metrics import Metrics
from topics import catalogue as topics

NOW = 1_700_000_000.0
ENRICHED = Report(
    "enriched",
    language="en",
    themes=("tariffs", "trade"),
    entity_types={"ORG": 3, "GPE": 1},
    events={"tariff": 2},
    timings={"segment": 0.001, "nlp": 0.02},
)


class Watched:
    """Metrics in a registry of their own, at a time that stands still."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.metrics = Metrics(self._registry, now=lambda: NOW)

    def value(self, name: str, **labels: object) -> float | None:
        return self._registry.get_sample_value(name, {key: str(value) for key, value in labels.items()})

    def settle(self, *reports: Report, age: float = 0.0, seconds: float = 0.02) -> None:
        event = RawEvent("articles.raw", 0, 7, int((NOW - age) * 1000), b"a", b"{}")
        self.metrics.published(
            0, [(event, Processed(7, (), report)) for report in reports], seconds, [0.4] * len(reports)
        )


@pytest.fixture
def watched() -> Watched:
    return Watched()


def test_every_metric_of_the_catalogue_is_exported_and_no_other(watched: Watched) -> None:
    body, _ = watched.metrics.render()
    families = {family.name: family.type for family in parse_text(body.decode()) if family.name.startswith("wiretag_")}
    assert families == {spec.name.removesuffix("_total"): spec.kind for spec in catalogue.CATALOGUE}


@pytest.mark.parametrize(
    ("name", "label", "known"),
    [
        ("wiretag_outcomes_total", "outcome", catalogue.OUTCOME_NAMES),
        ("wiretag_worker_restarts_total", "reason", catalogue.RESTART_REASONS),
        ("wiretag_article_entities_total", "type", ENTITY_TYPES),
        ("wiretag_article_events_total", "type", EVENT_TYPES),
        ("wiretag_article_themes_total", "theme", [theme.id for theme in taxonomy.load()]),
        ("wiretag_stage_seconds_count", "stage", catalogue.STAGE_NAMES),
    ],
)
def test_known_series_are_there_from_the_start(watched: Watched, name: str, label: str, known: list[str]) -> None:
    assert {word: watched.value(name, **{label: word}) for word in known} == dict.fromkeys(known, 0.0)


def test_an_enriched_article_is_counted_with_all_its_tags(watched: Watched) -> None:
    watched.settle(ENRICHED, ENRICHED, age=2.0)
    assert watched.value("wiretag_outcomes_total", outcome="enriched") == 2
    assert watched.value("wiretag_article_themes_total", theme="tariffs") == 2
    assert watched.value("wiretag_article_entities_total", type="ORG") == 6
    assert watched.value("wiretag_article_events_total", type="tariff") == 4
    assert watched.value("wiretag_article_languages_total", language="en") == 2
    assert watched.value("wiretag_stage_seconds_sum", stage="nlp") == pytest.approx(0.04)
    assert watched.value("wiretag_tagging_seconds_sum") == pytest.approx(0.042)
    assert watched.value("wiretag_freshness_seconds_sum") == pytest.approx(4.0)
    assert watched.value("wiretag_end_to_end_seconds_sum") == pytest.approx(0.8)
    assert watched.value("wiretag_transaction_events_sum") == 2
    assert watched.value("wiretag_transaction_seconds_count") == 1


def test_a_dead_letter_is_counted_by_its_reason_and_has_no_tags(watched: Watched) -> None:
    watched.settle(Report("dead", reason="not_json"))
    assert watched.value("wiretag_outcomes_total", outcome="dead") == 1
    assert watched.value("wiretag_dead_letters_total", reason="not_json", fault="publisher") == 1
    assert watched.value("wiretag_tagging_seconds_count") == 0


def test_every_reason_is_there_from_the_start_and_says_whose_fault_it_is(watched: Watched) -> None:
    for reason in topics.reasons():
        assert watched.value("wiretag_dead_letters_total", reason=reason.name, fault=reason.fault) == 0


@pytest.mark.parametrize("reason", ["moon phase", None])
def test_a_letter_without_a_known_reason_is_a_fault_of_ours(watched: Watched, reason: str | None) -> None:
    watched.settle(Report("dead", reason=reason))
    assert watched.value("wiretag_dead_letters_total", reason="other", fault="service") == 1


def test_every_record_written_counts_for_its_stream(watched: Watched) -> None:
    messages = tuple(Message(stream, b"a", b"{}", ()) for stream in ("enriched", "enriched.tariffs"))
    event = RawEvent("articles.raw", 0, 7, int(NOW * 1000), b"a", b"{}")
    watched.metrics.published(0, [(event, Processed(7, messages, ENRICHED))], 0.02, [0.4])
    streams = ("enriched", "enriched.tariffs", "enriched.trade", "dead", "raw")
    counts = [watched.value("wiretag_published_records_total", stream=stream) for stream in streams]
    assert counts == [1, 1, 0, 0, None]


def test_a_key_that_differs_is_counted(watched: Watched) -> None:
    watched.settle(Report("unchanged", key_differs=True), Report("unchanged"))
    assert watched.value("wiretag_key_differs_total") == 1
    assert watched.value("wiretag_outcomes_total", outcome="unchanged") == 2


UNKNOWN = Report("enriched", language="tlh", themes=("x",), entity_types={"X": 2}, events={"x": 3}, timings={"x": 1.0})


@pytest.mark.parametrize(
    ("report", "name", "label", "count"),
    [
        (Report("burnt"), "wiretag_outcomes_total", "outcome", 1),
        (UNKNOWN, "wiretag_article_languages_total", "language", 1),
        (UNKNOWN, "wiretag_article_themes_total", "theme", 1),
        (UNKNOWN, "wiretag_article_entities_total", "type", 2),
        (UNKNOWN, "wiretag_article_events_total", "type", 3),
        (UNKNOWN, "wiretag_stage_seconds_count", "stage", 1),
    ],
)
def test_unknown_words_count_as_other(watched: Watched, report: Report, name: str, label: str, count: int) -> None:
    watched.settle(report)
    assert watched.value(name, **{label: "other"}) == count


def test_hostile_words_make_no_new_series(watched: Watched) -> None:
    before = len(watched.metrics.render()[0].splitlines())
    for number in range(100):
        watched.settle(Report("dead", reason=f"r{number}"), Report("enriched", language=f"l{number}"))
    assert len(watched.metrics.render()[0].splitlines()) == before


def test_a_timestamp_in_the_future_is_no_negative_age(watched: Watched) -> None:
    watched.settle(ENRICHED, age=-60.0)
    assert watched.value("wiretag_freshness_seconds_sum") == 0


def test_the_lag_of_a_revoked_partition_goes_away(watched: Watched) -> None:
    watched.metrics.owned([0, 1])
    watched.metrics.lag(0, 5)
    watched.metrics.lag(1, 7)
    watched.metrics.owned([1])
    watched.metrics.lag(0, 9)
    assert watched.value("wiretag_lag_events", partition=0) is None
    assert watched.value("wiretag_lag_events", partition=1) == 7
    assert watched.value("wiretag_owned_partitions") == 1


def test_an_owned_partition_without_a_measured_lag_can_be_revoked(watched: Watched) -> None:
    watched.metrics.owned([3])
    watched.metrics.owned([])
    assert watched.value("wiretag_owned_partitions") == 0


def test_an_owned_partition_counts_from_zero(watched: Watched) -> None:
    watched.metrics.owned([2])
    names = ("wiretag_consumed_events_total", "wiretag_hole_events_total", "wiretag_dropped_events_total")
    assert [watched.value(name, partition=2) for name in names] == [0, 0, 0]


def test_the_rest_of_what_the_runtime_reports(watched: Watched) -> None:
    watched.metrics.consumed(0, 32)
    watched.metrics.holes(0, 3)
    watched.metrics.dropped(0, 4)
    watched.metrics.in_flight(64)
    watched.metrics.worker_restarted("hung")
    watched.metrics.rebalanced()
    watched.metrics.loop_delay(0.004)
    watched.metrics.health(live=True, ready=False)
    expected: Mapping[str, float] = {"live": 1, "ready": 0, "in_flight_events": 64, "rebalances_total": 1}
    assert {name: watched.value(f"wiretag_{name}") for name in expected} == expected
    assert watched.value("wiretag_consumed_events_total", partition=0) == 32
    assert watched.value("wiretag_hole_events_total", partition=0) == 3
    assert watched.value("wiretag_dropped_events_total", partition=0) == 4
    assert watched.value("wiretag_worker_restarts_total", reason="hung") == 1
    assert watched.value("wiretag_event_loop_delay_seconds_bucket", le="0.005") == 1


def test_two_sets_of_metrics_share_nothing() -> None:
    one, other = Watched(), Watched()
    one.settle(ENRICHED)
    assert other.value("wiretag_outcomes_total", outcome="enriched") == 0

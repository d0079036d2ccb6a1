"""The page's metrics are what the operators' document says, and are there from the first scrape."""

from __future__ import annotations

from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from service.runtime.telemetry import catalogue
from service.runtime.web.metrics import CATALOGUE, WebMetrics
from tests.unit.runtime.telemetry.test_catalogue import row

TABLES = Path(__file__).parents[4] / "docs" / "metrics.md"


def scraped(metrics: WebMetrics) -> dict[tuple[str, ...], float]:
    families = text_string_to_metric_families(metrics.render()[0].decode())
    return {(s.name, *s.labels.values()): s.value for family in families for s in family.samples}


def test_the_document_shows_the_catalogue() -> None:
    section = TABLES.read_text(encoding="utf-8").split("\n## The page\n")[1].split("\n## ")[0]
    assert [line for line in section.splitlines() if line.startswith("| `wiretag_")] == [
        row(spec) for spec in CATALOGUE
    ]


def test_no_name_is_the_workers() -> None:
    assert not {spec.name for spec in CATALOGUE} & {spec.name for spec in catalogue.CATALOGUE}


def test_what_is_reported_is_seen_and_words_of_strangers_make_no_series() -> None:
    metrics = WebMetrics()
    metrics.health(live=True, ready=True)
    metrics.answered("/tag", 200)
    for outcome in ("enriched", "empty_body", "what is this"):
        metrics.tagged(outcome, 0.3)
    metrics.refused("rate")
    metrics.restarted("hung")
    metrics.connected(True)
    metrics.read("dead")
    seen = scraped(metrics)
    assert seen["wiretag_web_ready",] == seen["wiretag_web_feed_connected",] == 1
    assert seen["wiretag_web_requests_total", "/tag", "200"] == 1
    assert [seen["wiretag_web_texts_total", word] for word in ("enriched", "empty_body", "other")] == [1, 1, 1]
    assert seen["wiretag_web_tagging_seconds_count",] == 3
    assert seen["wiretag_web_refused_total", "rate"] == 1
    assert seen["wiretag_web_refused_total", "busy"] == 0
    assert seen["wiretag_web_restarts_total", "hung"] == seen["wiretag_web_feed_records_total", "dead"] == 1

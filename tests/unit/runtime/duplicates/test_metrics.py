"""Names and advice hold together, the operators' document says the same, and the figures are those reported."""

import re
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from service.duplicates import Stories
from service.model import Considered, Link, Standing
from service.runtime.duplicates.metrics import CATALOGUE, Metrics
from service.runtime.telemetry import catalogue
from service.runtime.telemetry.catalogue import Spec

TABLES = Path(__file__).parents[4] / "docs" / "metrics.md"
ORIGINAL = Standing("a", "original", 1, 1, "", None, None)
DUPLICATE = Standing("b", "duplicate", 2, 2, "", None, None, Link("a", 0.9, "near", 1, None, None))


def row(spec: Spec) -> str:
    labels = ", ".join(f"`{label}`" for label in spec.labels)
    return f"| `{spec.name}` | {spec.kind} | {spec.unit} | {labels} | {spec.help} | {spec.action} |"


def shown(metrics: Metrics) -> dict[str, float]:
    families = text_string_to_metric_families(metrics.render()[0].decode())
    return {
        f"{sample.name}{','.join(sample.labels.values())}": sample.value
        for family in families
        for sample in family.samples
    }


@pytest.mark.parametrize("spec", CATALOGUE, ids=lambda spec: spec.name)
def test_names_follow_the_conventions(spec: Spec) -> None:
    assert re.fullmatch(r"wiretag_duplicates_[a-z_]+|wiretag_duplicates", spec.name)
    assert (spec.kind == "counter") == spec.name.endswith("_total")
    assert (spec.kind == "histogram") == bool(spec.buckets)
    assert list(spec.buckets) == sorted(set(spec.buckets))
    assert spec.help.endswith(".")
    assert spec.action.endswith(".")


def test_names_are_nobody_elses() -> None:
    names = [spec.name for spec in (*CATALOGUE, *catalogue.CATALOGUE)]
    assert len(set(names)) == len(names)


def test_the_document_shows_the_catalogue() -> None:
    section = TABLES.read_text(encoding="utf-8").partition("\n## Duplicates\n")[2].partition("\n## ")[0]
    assert [line for line in section.splitlines() if line.startswith("| `wiretag_")] == [
        row(spec) for spec in CATALOGUE
    ]


def test_every_series_is_there_from_the_first_scrape_but_the_lag_nobody_knows() -> None:
    metrics = Metrics()
    names = {re.sub(r"_(bucket|sum|count)?$", "", name) for name in shown(metrics)}
    expected = {spec.name for spec in CATALOGUE if spec.kind != "histogram"} - {"wiretag_duplicates_lag_records"}
    assert all(any(name.startswith(one) for name in names) for one in expected)
    assert "wiretag_duplicates_lag_records" not in names
    metrics.lag(3)
    assert shown(metrics)["wiretag_duplicates_lag_records"] == 3
    metrics.lag_unknown()
    assert "wiretag_duplicates_lag_records" not in shown(metrics)


def test_what_is_reported_is_shown() -> None:
    metrics = Metrics()
    metrics.considered(Considered("original", (ORIGINAL, DUPLICATE)), 0.001)
    metrics.considered(Considered("late"), 0.001)
    metrics.unreadable()
    stories = Stories(1000, 10)
    stories.evicted = {"window": 2, "memory": 3}
    metrics.remembered(stories)
    metrics.remembered(stories)
    found = shown(metrics)
    assert [found[f"wiretag_duplicates_records_total{word}"] for word in ("original", "late", "unreadable")] == [
        1,
        1,
        1,
    ]
    assert (found["wiretag_duplicates_links_totalnear"], found["wiretag_duplicates_moved_total"]) == (1, 1)
    assert [found[f"wiretag_duplicates_evicted_total{cause}"] for cause in ("window", "memory")] == [2, 3]
    assert found["wiretag_duplicates_memory_bytes"] == stories.index_memory

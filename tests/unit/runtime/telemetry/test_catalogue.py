"""Names, units and advice of every metric hold together, and the operators' document says the same."""

import re
from pathlib import Path

import pytest

from service.runtime.telemetry.catalogue import CATALOGUE, Spec

TABLES = Path(__file__).parents[4] / "docs" / "metrics.md"


def row(spec: Spec) -> str:
    labels = ", ".join(f"`{label}`" for label in spec.labels)
    return f"| `{spec.name}` | {spec.kind} | {spec.unit} | {labels} | {spec.help} | {spec.action} |"


@pytest.mark.parametrize("spec", CATALOGUE, ids=lambda spec: spec.name)
def test_names_follow_the_conventions(spec: Spec) -> None:
    assert re.fullmatch(r"wiretag_[a-z_]+", spec.name)
    assert (spec.kind == "counter") == spec.name.endswith("_total")
    assert (spec.kind == "histogram") == bool(spec.buckets)
    if spec.unit == "seconds":
        assert spec.name.endswith("_seconds")
    assert spec.help.endswith(".")
    assert spec.action.endswith(".")


def test_names_are_unique() -> None:
    assert len({spec.name for spec in CATALOGUE}) == len(CATALOGUE)


@pytest.mark.parametrize("spec", [s for s in CATALOGUE if s.buckets], ids=lambda spec: spec.name)
def test_buckets_rise(spec: Spec) -> None:
    assert list(spec.buckets) == sorted(set(spec.buckets))


def test_the_document_shows_the_catalogue() -> None:
    section = TABLES.read_text(encoding="utf-8").partition("\n## The worker\n")[2].partition("\n## ")[0]
    shown = [line for line in section.splitlines() if line.startswith("| `wiretag_")]
    assert shown == [row(spec) for spec in CATALOGUE]

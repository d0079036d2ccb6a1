"""The dashboard is what its builder makes, and made so that an operator can read it."""

import json
import re
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.grafana import build

ROOT = Path(__file__).parents[2]
BOARD: dict[str, Any] = json.loads(build.FILE.read_text(encoding="utf-8"))
PANELS: list[dict[str, Any]] = BOARD["panels"]
SHOWN = [panel for panel in PANELS if panel["type"] != "row"]
SOURCE = {"type": "prometheus", "uid": "${datasource}"}
PROCESS_WIDE = r"slo:|producer:|ALERTS|job=~"  # not of one worker


def test_the_file_is_what_the_builder_makes() -> None:
    assert build.FILE.read_text(encoding="utf-8") == build.render(), "make dashboards"


@pytest.mark.parametrize("panel", SHOWN, ids=lambda panel: panel["title"])
def test_every_panel_says_what_to_do(panel: dict[str, Any]) -> None:
    assert len(panel["description"].split()) >= 10
    assert panel["description"].endswith(".")
    assert panel["fieldConfig"]["defaults"]["unit"]
    assert panel["datasource"] == SOURCE


@pytest.mark.parametrize("panel", SHOWN, ids=lambda panel: panel["title"])
def test_queries_follow_the_variables(panel: dict[str, Any]) -> None:
    letters = [target["refId"] for target in panel["targets"]]
    assert letters == list("ABCDEFGH")[: len(letters)] != []
    for target in panel["targets"]:
        assert 'instance=~"$instance"' in target["expr"] or re.search(PROCESS_WIDE, target["expr"])


def test_the_variables_choose_the_data_source_and_the_processes() -> None:
    source, process = BOARD["templating"]["list"]
    assert (source["name"], source["type"], source["query"]) == ("datasource", "datasource", "prometheus")
    assert (process["name"], process["type"], process["datasource"]) == ("instance", "query", SOURCE)
    assert (process["multi"], process["includeAll"], process["allValue"]) == (True, True, ".*")


def test_numbers_and_titles_are_unique() -> None:
    assert len({panel["id"] for panel in PANELS}) == len({panel["title"] for panel in PANELS}) == len(PANELS)


def test_nothing_overlaps_and_every_line_is_full() -> None:
    cells = {panel["id"]: _cells(panel["gridPos"]) for panel in PANELS}
    assert [pair for pair in combinations(cells, 2) if cells[pair[0]] & cells[pair[1]]] == []
    lines = {y for of in cells.values() for _, y in of}
    assert set().union(*cells.values()) == {(x, y) for x in range(24) for y in lines}


def test_the_first_line_tells_at_a_glance() -> None:
    first = [panel for panel in PANELS if panel["gridPos"]["y"] == 0]
    assert {panel["type"] for panel in first} == {"stat"}
    titles = {panel["title"] for panel in first}
    assert titles >= {"Alerts", "Ready", "Freshness budget", "Success budget", "Lag", "Freshness, p95"}


def test_alerts_that_are_named_exist() -> None:
    rules = yaml.safe_load((ROOT / "deploy" / "prometheus" / "wiretag.rules.yml").read_text(encoding="utf-8"))
    known = {rule["alert"] for group in rules["groups"] for rule in group["rules"]}
    named = {name for panel in SHOWN for name in re.findall(r"Wiretag\w+", panel["description"])}
    assert named <= known
    assert len(named) > 3


def test_grafana_is_provisioned_with_it() -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    grafana = compose["services"]["grafana"]
    folders = dict(volume.split(":")[:2] for volume in grafana["volumes"] if volume.startswith("./"))
    home = grafana["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
    assert home == f"{folders['./deploy/grafana/dashboards']}/{build.FILE.name}"
    provider = yaml.safe_load((build.FILE.parent / "wiretag.yml").read_text(encoding="utf-8"))["providers"][0]
    assert provider["options"]["path"] == folders["./deploy/grafana/dashboards"]


def _cells(place: dict[str, int]) -> set[tuple[int, int]]:
    return {
        (x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])
    }

"""Writes the Grafana dashboard, ``dashboards/wiretag.json``: ``make dashboards``. A test compares the two.

tiles    the first row
stream   throughput, objectives, latency
details  dead letters, what is in the news, health
beside   duplicates and the web page
panels   the kinds of panels, and the queries that they have in common
"""

from __future__ import annotations

from itertools import count
from pathlib import Path

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import DashboardCursorSync, VariableOption, VariableRefresh

from deploy.grafana import beside, details, stream
from deploy.grafana.panels import SOURCE
from deploy.grafana.tiles import TILES

FILE = Path(__file__).parent / "dashboards" / "wiretag.json"


def render() -> str:
    """The dashboard as Grafana reads it."""
    board = _empty()
    number = count(1)
    for panel in TILES:
        board.with_panel(panel.id(next(number)))
    for title, panels in (stream.ROWS | details.ROWS | beside.ROWS).items():
        board.with_row(dashboard.Row(title).id(next(number)))
        for panel in panels:
            board.with_panel(panel.id(next(number)))
    return JSONEncoder(sort_keys=True, indent=1).encode(board.build()) + "\n"


def _empty() -> dashboard.Dashboard:
    alerts = (
        dashboard.AnnotationQuery()
        .name("Alerts")
        .datasource(SOURCE)
        .enable(True)
        .icon_color("red")
        .expr('ALERTS{alertstate="firing",alertname=~"Wiretag.*"}')
    )
    process = (
        dashboard.QueryVariable("instance")
        .label("Process")
        .datasource(SOURCE)
        .query({"query": 'label_values(up{job=~"wiretag.*"}, instance)', "refId": "instance"})
        .refresh(VariableRefresh.ON_TIME_RANGE_CHANGED)
        .multi(True)
        .include_all(True)
        .all_value(".*")
        .current(VariableOption(text="All", value="$__all"))
    )
    return (
        dashboard.Dashboard("wiretag")
        .uid("wiretag")
        .description(
            "What comes in, what goes out, how late, and what is wrong. What to do about it: docs/operations.md."
        )
        .tags(["wiretag"])
        .timezone("utc")
        .time("now-1h", "now")
        .refresh("15s")
        .tooltip(DashboardCursorSync.CROSSHAIR)
        .annotation(alerts)
        .with_variable(dashboard.DatasourceVariable("datasource").label("Data source").type("prometheus"))
        .with_variable(process)
    )


if __name__ == "__main__":
    FILE.write_text(render(), encoding="utf-8")

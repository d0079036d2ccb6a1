"""The few kinds of panels that our dashboard is made of, and the queries that they have in common."""

from __future__ import annotations

from collections.abc import Mapping
from string import ascii_uppercase

from grafana_foundation_sdk.builders import bargauge, common, dashboard, prometheus, stat, timeseries
from grafana_foundation_sdk.models import common as shapes
from grafana_foundation_sdk.models.dashboard import (
    DashboardSpecialValueMapOptions,
    DataSourceRef,
    SpecialValueMap,
    SpecialValueMatch,
    Threshold,
    ThresholdsMode,
    ValueMappingResult,
)

Panel = stat.Panel | timeseries.Panel | bargauge.Panel
Queries = Mapping[str, str]  # legend -> PromQL
Steps = Mapping[float | None, str]  # from this value on (None: from the start) -> colour

SOURCE = DataSourceRef(type_val="prometheus", uid="${datasource}")
OURS = 'instance=~"$instance"'
WINDOW = "$__rate_interval"
IDLE = SpecialValueMap(
    options=DashboardSpecialValueMapOptions(
        match=SpecialValueMatch.NULL_AND_NAN, result=ValueMappingResult(text="idle")
    )
)


# --- queries ----------------------------------------------------------------------------------------------------------


def per_second(counter: str, by: str = "", where: str = "") -> str:
    """The rate of a counter over the chosen processes, summed by a label."""
    return f"{_sum(by)} (rate({counter}{{{_all(where)}}}[{WINDOW}]))"


def per_minute(counter: str, by: str) -> str:
    """As ``per_second``, without what does not occur."""
    return f"{per_second(counter, by)} * 60 > 0"


def level(gauge: str, by: str = "") -> str:
    return f"{_sum(by)} ({gauge}{{{OURS}}})"


def mean(histogram: str, by: str) -> str:
    return f"{per_second(f'{histogram}_sum', by)} / {per_second(f'{histogram}_count', by)}"


def quantile(share: float, histogram: str, by: str = "") -> str:
    labels = f"{by}, le" if by else "le"
    return f"histogram_quantile({share}, {per_second(f'{histogram}_bucket', labels)})"


def percentiles(histogram: str) -> Queries:
    return {f"p{share * 100:.0f}": quantile(share, histogram) for share in (0.5, 0.95, 0.99)}


def _sum(by: str) -> str:
    return f"sum by ({by})" if by else "sum"


def _all(where: str) -> str:
    return f"{OURS},{where}" if where else OURS


# --- panels -----------------------------------------------------------------------------------------------------------


def tile(title: str, query: str, unit: str, steps: Steps, says: str) -> stat.Panel:
    """One figure of now, with a colour that judges it. ``says``: what it is, and what to do when it moves."""
    return (
        stat.Panel()
        .title(title)
        .description(says)
        .datasource(SOURCE)
        .with_target(*_targets({"": query}))
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]).values(False))
        .color_mode(shapes.BigValueColorMode.BACKGROUND)
        .graph_mode(shapes.BigValueGraphMode.NONE)
        .unit(unit)
        .mappings([IDLE])
        .thresholds(_thresholds(steps))
        .span(3)
        .height(4)
    )


def lines(
    title: str, queries: Queries, unit: str, says: str, *, span: int = 8, limit: float | None = None
) -> timeseries.Panel:
    """Courses over time. ``limit``: where an alert stands, drawn as a dashed line."""
    panel = (
        timeseries.Panel()
        .title(title)
        .description(says)
        .datasource(SOURCE)
        .unit(unit)
        .min(0)
        .line_width(1)
        .fill_opacity(8)
        .show_points(shapes.VisibilityMode.NEVER)
        .legend(common.VizLegendOptions().show_legend(True).placement(shapes.LegendPlacement.BOTTOM))
        .tooltip(common.VizTooltipOptions().mode(shapes.TooltipDisplayMode.MULTI).sort(shapes.SortOrder.DESCENDING))
        .span(span)
        .height(8)
    )
    for target in _targets(queries):
        panel.with_target(target)
    if limit is not None:
        style = common.GraphThresholdsStyleConfig().mode(shapes.GraphThresholdsStyleMode.DASHED)
        panel.thresholds(_thresholds({None: "transparent", limit: "red"})).thresholds_style(style)
    return panel


def stacked(title: str, queries: Queries, unit: str, says: str, *, span: int = 8) -> timeseries.Panel:
    """Courses that add up to something."""
    normal = common.StackingConfig().mode(shapes.StackingMode.NORMAL)
    return lines(title, queries, unit, says, span=span).stacking(normal).fill_opacity(25)


def bars(title: str, queries: Queries, unit: str, steps: Steps, says: str, *, span: int = 8) -> bargauge.Panel:
    """The values of now, one bar each."""
    panel = (
        bargauge.Panel()
        .title(title)
        .description(says)
        .datasource(SOURCE)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]).values(False))
        .orientation(shapes.VizOrientation.HORIZONTAL)
        .unit(unit)
        .min(0)
        .no_value("none")
        .thresholds(_thresholds(steps))
        .span(span)
        .height(8)
    )
    for target in _targets(queries):
        panel.with_target(target.instant())
    return panel


def _targets(queries: Queries) -> list[prometheus.Dataquery]:
    return [
        prometheus.Dataquery().ref_id(letter).expr(query).legend_format(legend)
        for letter, (legend, query) in zip(ascii_uppercase, queries.items(), strict=False)
    ]


def _thresholds(steps: Steps) -> dashboard.ThresholdsConfig:
    found = [Threshold(value=value, color=colour) for value, colour in steps.items()]
    return dashboard.ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(found)

"""The rows on what goes through: how much, how late, and whether that is what was promised."""

from __future__ import annotations

from deploy.grafana.panels import Panel, level, lines, mean, per_second, percentiles, stacked

BUDGET = "(1 - slo:wiretag_objective)"

ROWS: dict[str, tuple[Panel, ...]] = {
    "Flow": (
        lines(
            "Throughput",
            {
                "in": per_second("wiretag_consumed_events_total"),
                "{{outcome}}": per_second("wiretag_outcomes_total", "outcome") + " > 0",
            },
            "cps",
            "In: taken in. The others: outcomes committed; they add up to what came in, except after a "
            "rebalance. In without outcomes: stalled.",
            span=12,
        ),
        lines(
            "Lag by partition",
            {"{{partition}}": level("wiretag_lag_events", "partition")},
            "short",
            "Raw events stored and not yet settled. One partition alone growing: a hot key. All of them: "
            "add processes.",
            span=12,
        ),
        lines(
            "Records written",
            {"{{stream}}": per_second("wiretag_published_records_total", "stream")},
            "cps",
            "By stream. A theme's stream silent while Themes shows the theme: its main-scope scores fell "
            "below the threshold.",
        ),
        lines(
            "In flight",
            {"{{instance}}": level("wiretag_in_flight_events", "instance")},
            "short",
            "Read and not yet settled. On its ceiling (WIRETAG_MAX_IN_FLIGHT) tagging is the bottleneck: "
            "more tagging processes.",
        ),
        stacked(
            "Owned partitions",
            {"{{instance}}": level("wiretag_owned_partitions", "instance")},
            "none",
            "They add up to the partitions of articles.raw. Fewer for minutes: the group cannot form, see "
            "WiretagNotReady.",
        ),
    ),
    "Objectives": (
        lines(
            "Burn rate of the error budgets",
            {
                "{{slo}}, 1 h": f"slo:wiretag_errors:ratio_rate1h / on (slo) {BUDGET}",
                "{{slo}}, 6 h": f"slo:wiretag_errors:ratio_rate6h / on (slo) {BUDGET}",
            },
            "none",
            "At 1 the budget lasts exactly 30 days; the line is 14.4, where an hour costs 2% of it and "
            "somebody is woken.",
            span=12,
            limit=14.4,
        ),
        lines(
            "Error budgets left",
            {"{{slo}}": "slo:wiretag_budget_left:ratio30d"},
            "percentunit",
            "Of the last 30 days. A step down is one incident; a slope is a fault that stays.",
            span=12,
        ),
    ),
    "Latency": (
        lines(
            "Freshness",
            percentiles("wiretag_freshness_seconds"),
            "s",
            "From the raw record's timestamp to the commit of its outcome. The line is the objective, 30 "
            "s. Records sent with an old timestamp show here, too.",
            limit=30,
        ),
        lines(
            "End to end in a process",
            percentiles("wiretag_end_to_end_seconds"),
            "s",
            "From the event's arrival in the process to the commit of its outcome. Far above the tagging "
            "time: it waits for a tagging process, its turn, or the brokers.",
        ),
        lines(
            "Tagging time of an article",
            percentiles("wiretag_tagging_seconds"),
            "s",
            "All stages together. Grown with the same articles: the machine is short of CPU, or a new "
            "version is slower.",
        ),
        stacked(
            "Where the time goes",
            {"{{stage}}": mean("wiretag_stage_seconds", "stage") + " > 0"},
            "s",
            "Mean time of each stage for one article. The one that grew is the one to profile; all of them: CPU.",
        ),
        lines(
            "Transaction time",
            percentiles("wiretag_transaction_seconds"),
            "s",
            "Outputs, dead letters and offset of one commit. Above a second (the line): brokers slow, or "
            "replicas out of sync.",
            limit=1,
        ),
        lines(
            "Events per transaction",
            {"{{instance}}": mean("wiretag_transaction_events", "instance")},
            "short",
            "Small with little to do, large when catching up. Small under load: many partitions with little each.",
        ),
    ),
}

"""The first row, to be read in ten seconds: is it healthy, does it keep its promise, is it behind, what comes in?"""

from __future__ import annotations

from deploy.grafana.panels import OURS, Panel, level, per_second, quantile, tile

LEFT = {None: "red", 0: "orange", 0.25: "green"}  # of an error budget

TILES: tuple[Panel, ...] = (
    tile(
        "Alerts",
        'count(ALERTS{alertstate="firing",alertname=~"Wiretag.*"}) or vector(0)',
        "none",
        {None: "green", 1: "red"},
        "Alerts that fire now. Above zero: each has its section in docs/operations.md.",
    ),
    tile(
        "Ready",
        f'sum (wiretag_ready{{job="wiretag",{OURS}}}) / count(up{{job="wiretag",{OURS}}})',
        "percentunit",
        {None: "red", 1: "green"},
        "Processes that take events, of those there should be. Below 100%: /readyz of the missing one says why.",
    ),
    tile(
        "Freshness budget",
        'slo:wiretag_budget_left:ratio30d{slo="freshness"}',
        "percentunit",
        LEFT,
        "What is left of the 1% of events that may be later than 30 s within 30 days. Below zero: "
        "objective missed; see the row Objectives for when, and put off what is risky.",
    ),
    tile(
        "Success budget",
        'slo:wiretag_budget_left:ratio30d{slo="success"}',
        "percentunit",
        LEFT,
        "What is left of the 0.1% of events that may be lost to faults of the service within 30 days. "
        "Falling: see WiretagPoison in docs/operations.md.",
    ),
    tile(
        "Lag",
        level("wiretag_lag_events"),
        "short",
        {None: "green", 1000: "orange", 100000: "red"},
        "Raw events waiting, over all partitions. Growing: see Lag by partition and In flight.",
    ),
    tile(
        "Freshness, p95",
        quantile(0.95, "wiretag_freshness_seconds"),
        "s",
        {None: "green", 10: "orange", 30: "red"},
        "Nineteen outcomes of twenty are committed within this time after the event was published. High "
        "with lag: more processes; high without: the brokers, or records sent with an old timestamp.",
    ),
    tile(
        "Settled",
        per_second("wiretag_outcomes_total"),
        "cps",
        {None: "blue"},
        "Outcomes committed a second. Zero while there is lag: see WiretagStalled in docs/operations.md.",
    ),
    tile(
        "Dead share",
        per_second("wiretag_outcomes_total", where='outcome="dead"') + " / " + per_second("wiretag_outcomes_total"),
        "percentunit",
        {None: "green", 0.01: "orange", 0.05: "red"},
        "Part of the raw events that end in articles.dead. Rising: see the row Dead letters for who and why.",
    ),
)

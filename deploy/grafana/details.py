"""The rows on what comes in broken, what is found, and how the processes are."""

from __future__ import annotations

from deploy.grafana.panels import OURS, WINDOW, Panel, bars, lines, per_minute, per_second, quantile, stacked

REFUSED = "producer:wiretag_refused_events:increase15m / producer:wiretag_events:increase15m"
CHANGED = (
    "A sudden fall with steady input: pipeline, taxonomy or the scrapers' mix changed; compare the versions below."
)

ROWS: dict[str, tuple[Panel, ...]] = {
    "Dead letters": (
        stacked(
            "By reason, a minute",
            {"{{reason}} ({{fault}})": per_minute("wiretag_dead_letters_total", "reason, fault")},
            "short",
            "In brackets whose fault it is. Of the service: see WiretagPoison. Of the publisher: the next "
            "two panels say whose.",
            span=6,
        ),
        stacked(
            "Refused, by producer, a minute",
            {"{{producer}}": f"topk(10, {per_minute('wiretag_producer_refused_events_total', 'producer')})"},
            "short",
            "The ten that have most events refused by their own fault. One rising: that scraper broke; "
            "wiretag's letters hold what it sent.",
            span=6,
        ),
        bars(
            "Refused, part of what was sent",
            {"{{producer}}": f"topk(10, {REFUSED} > 0)"},
            "percentunit",
            {None: "green", 0.05: "orange", 0.5: "red"},
            "Of the last 15 minutes, the ten worst. Red: see WiretagProducerRefused in "
            "docs/operations.md, and tell the scraper's owner.",
            span=6,
        ),
        lines(
            "Events by producer",
            {"{{producer}}": f"topk(10, {per_second('wiretag_producer_events_total', 'producer')})"},
            "cps",
            "The ten that send most. One that falls to zero: its scraper stopped. Much in unknown: keys "
            "and ids that begin with no domain.",
            span=6,
        ),
    ),
    "What is in the news": tuple(
        lines(
            f"{title} a minute",
            {f"{{{{{label}}}}}": per_minute(f"wiretag_article_{metric}_total", label)},
            "short",
            CHANGED,
            span=6,
        )
        for title, metric, label in (
            ("Themes", "themes", "theme"),
            ("Entities", "entities", "type"),
            ("News events", "events", "type"),
            ("Languages", "languages", "language"),
        )
    ),
    "Health of the workers": (
        lines(
            "Memory",
            {
                "{{instance}}, parent": f'process_resident_memory_bytes{{job="wiretag",{OURS}}}',
                "{{instance}}, tagging": f"wiretag_tagging_memory_bytes{{{OURS}}}",
            },
            "bytes",
            "Resident: the parent, and its tagging processes together. Rising for hours at even input: a "
            "leak. Near the limit: lower WIRETAG_WORKERS.",
        ),
        lines(
            "Restarts, an hour",
            {
                "{{instance}}, service": f'changes(process_start_time_seconds{{job="wiretag",{OURS}}}[1h])',
                "{{instance}}, tagging {{reason}}": f"increase(wiretag_worker_restarts_total{{{OURS}}}[1h])",
            },
            "short",
            "The service: read the last line of its log. A tagging process: died without dead letters "
            "means memory, hung see WiretagPoison.",
        ),
        lines(
            "Event loop delay",
            {
                "p50": quantile(0.5, "wiretag_event_loop_delay_seconds"),
                "p99 {{instance}}": quantile(0.99, "wiretag_event_loop_delay_seconds", "instance"),
            },
            "s",
            "How late timers run. Above 0.1 s (the line) rebalances suffer: too many tagging processes for the cores.",
            limit=0.1,
        ),
        lines(
            "Rebalances, an hour",
            {"{{instance}}": f"increase(wiretag_rebalances_total{{{OURS}}}[1h])"},
            "short",
            "Above six (the line) without a roll-out or scaling: processes crash, or their heartbeats come late.",
            limit=6,
        ),
        lines(
            "CPU of the parent",
            {"{{instance}}": f'rate(process_cpu_seconds_total{{job="wiretag",{OURS}}}[{WINDOW}])'},
            "short",
            "Cores used by the process that moves the bytes, without its tagging processes. Near 1 it is "
            "the bottleneck: more service processes.",
        ),
        lines(
            "Repaired reading, keys that differ",
            {
                "holes": per_second("wiretag_hole_events_total"),
                "dropped": per_second("wiretag_dropped_events_total"),
                "key is not the id": per_second("wiretag_key_differs_total"),
            },
            "cps",
            "Holes and dropped: a few after a rebalance are normal; without one, report it. Keys that "
            "differ: versions of an article may come out of order, tell the scraper.",
        ),
        lines(
            "Versions",
            {"wiretag {{version}}, Python {{python}}": f"count by (version, python) (wiretag_build_info{{{OURS}}})"},
            "none",
            "Processes of each version. Two at once for long: a roll-out is stuck.",
            span=24,
        ),
    ),
}

"""The rows on the processes beside the workers: duplicates and the web page. The stream needs neither."""

from __future__ import annotations

from deploy.grafana.panels import OURS, Panel, level, lines, per_minute, per_second, percentiles

UP = "1 while it can be scraped. 0 or gone: see {} in docs/operations.md."

ROWS: dict[str, tuple[Panel, ...]] = {
    "Duplicates": (
        lines(
            "Duplicates: up",
            {"{{instance}}": f'up{{job="wiretag-duplicates",{OURS}}}'},
            "none",
            UP.format("WiretagDuplicatesDown") + " Two at once fence each other.",
            span=6,
        ),
        lines(
            "Duplicates: records considered",
            {"{{outcome}}": per_second("wiretag_duplicates_records_total", "outcome")},
            "cps",
            "By outcome. Many late ones without a replay: raw events arrive days after their timestamps. Any "
            "unreadable: somebody else writes to articles.enriched.",
            span=6,
        ),
        lines(
            "Duplicates: links a minute",
            {
                "{{kind}}": per_minute("wiretag_duplicates_links_total", "kind"),
                "other articles moved": per_second("wiretag_duplicates_moved_total") + " * 60",
            },
            "short",
            "A sudden rise: a scraper sends one text under many ids, an error page say. Many moved: partitions of "
            "articles.raw lag behind each other.",
            span=6,
        ),
        lines(
            "Duplicates: behind",
            {
                "lag": level("wiretag_duplicates_lag_records"),
                "to restore": level("wiretag_duplicates_to_restore_records"),
                "restored": level("wiretag_duplicates_restored_records"),
            },
            "short",
            "Records of articles.enriched not considered yet; before that, those of articles.duplicates to be read "
            "after a start. Above the line: see WiretagDuplicatesBehind.",
            span=6,
            limit=10_000,
        ),
        lines(
            "Duplicates: remembered",
            {
                "articles": level("wiretag_duplicates_articles"),
                "of them originals": level("wiretag_duplicates_originals"),
            },
            "short",
            "Articles within the window. At WIRETAG_DUPLICATES_ARTICLES the window is shorter than set.",
            span=6,
        ),
        lines(
            "Duplicates: forgotten a minute",
            {"{{cause}}": per_second("wiretag_duplicates_evicted_total", "cause") + " * 60"},
            "short",
            "By window: as it should be. By memory: allow more articles, where there is memory.",
            span=6,
        ),
        lines(
            "Duplicates: memory",
            {
                "process": f'process_resident_memory_bytes{{job="wiretag-duplicates",{OURS}}}',
                "remembered": level("wiretag_duplicates_memory_bytes"),
            },
            "bytes",
            "Grows with the articles within the window, and then stays; see Sizing.",
            span=6,
        ),
        lines(
            "Duplicates: time",
            {
                **{f"article {name}": query for name, query in percentiles("wiretag_duplicates_seconds").items()},
                **{
                    f"transaction {name}": query
                    for name, query in percentiles("wiretag_duplicates_transaction_seconds").items()
                },
            },
            "s",
            "Of one article above 5 ms: thousands of pages made of one form. Of a transaction above a second: the "
            "brokers.",
            span=6,
        ),
    ),
    "Web page": (
        lines(
            "Page: up",
            {
                "{{instance}}": f'up{{job="wiretag-web",{OURS}}}',
                "ready": level("wiretag_web_ready"),
                "feed connected": level("wiretag_web_feed_connected"),
            },
            "none",
            UP.format("WiretagWebDown") + " Feed 0: the brokers do not answer it; the page says why.",
            span=6,
        ),
        lines(
            "Page: requests",
            {"{{route}} {{status}}": per_second("wiretag_web_requests_total", "route, status")},
            "cps",
            "Many 5xx: read the log. Many 4xx: somebody tries things, or a proxy passes the wrong Host.",
            span=6,
        ),
        lines(
            "Page: texts a minute",
            {
                "{{outcome}}": per_minute("wiretag_web_texts_total", "outcome"),
                "sent away: {{reason}}": per_second("wiretag_web_refused_total", "reason") + " * 60",
                "tagging process {{reason}}": per_second("wiretag_web_restarts_total", "reason") + " * 60",
            },
            "short",
            "worker_died, worker_timeout, tagger_failed: a text that the service could not take either; report it.",
            span=6,
        ),
        lines(
            "Page: tagging, feed",
            {
                **percentiles("wiretag_web_tagging_seconds"),
                "records a second: {{stream}}": per_second("wiretag_web_feed_records_total", "stream"),
            },
            "short",
            "Seconds from a text's arrival to its outcome; and what the feed reads: flat while the service publishes, "
            "and it is not connected.",
            span=6,
        ),
    ),
}

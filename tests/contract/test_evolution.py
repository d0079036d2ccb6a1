"""Topics, reasons and themes: what would break somebody is found, what would not is not."""

from __future__ import annotations

import json

import pytest

from topics.evolution import direction, reason_breaks, theme_breaks, topic_breaks
from topics.releases import HERE

RAW = (HERE / "articles.raw/topic.toml").read_text(encoding="utf-8")
ENRICHED = (HERE / "articles.enriched/topic.toml").read_text(encoding="utf-8")
REASONS = (HERE / "articles.dead/reasons.toml").read_text(encoding="utf-8")


def edited(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1
    return text.replace(old, new)


def test_the_directions() -> None:
    assert (direction(RAW), direction(ENRICHED)) == ("in", "out")


@pytest.mark.parametrize(
    ("text", "old", "new", "told"),
    [
        (ENRICHED, 'name = "articles.enriched"', 'name = "articles.tagged"', "name: was 'articles.enriched'"),
        (ENRICHED, "partitions = 12", "partitions = 6", "partitions: was 12, now 6"),
        (ENRICHED, "partitions = 12", "partitions = 24", "partitions: was 12, now 24"),  # keys move
        (ENRICHED, 'key = "article id, UTF-8"', 'key = "URL"', "key: was 'article id, UTF-8', now 'URL'"),
        (ENRICHED, '"compact,delete"', '"delete"', "cleanup.policy: was compact,delete, now delete"),
        (ENRICHED, '"7776000000"', '"86400000"', "retention.ms: was 7776000000, now 86400000"),
        (ENRICHED, '"604800000"', '"1000"', "min.compaction.lag.ms: was 604800000, now 1000"),
        (ENRICHED, '"min.compaction.lag.ms"', '"max.compaction.lag.ms"', "min.compaction.lag.ms: was 604800000, now 0"),
        (ENRICHED, '"16777216"', '"33554432"', "consumers have set their limits"),
        (ENRICHED, "[config]", '[config]\n"compression.type" = "zstd"', "compression.type: was None, now 'zstd'"),
        (RAW, '"4194304"', '"1048576"', "publishers have set their limits"),
        (RAW, '"1209600000"', '"3600000"', "retention.ms: was 1209600000, now 3600000"),
    ],
)
def test_breaks_of_a_topic_are_found(text: str, old: str, new: str, told: str) -> None:
    assert told in " ".join(topic_breaks(text, edited(text, old, new)))


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        (ENRICHED, '"7776000000"', '"-1"'),
        (ENRICHED, '"7776000000"', '"8776000000"'),
        (ENRICHED, '"16777216"', '"8388608"'),
        (ENRICHED, '"compact,delete"', '"delete,compact"'),
        (ENRICHED, '"search", ', ""),
        (ENRICHED, 'title = "Enriched articles"', 'title = "Articles"'),
        (RAW, '"4194304"', '"8388608"'),
    ],
)
def test_what_breaks_nobody(text: str, old: str, new: str) -> None:
    assert topic_breaks(text, edited(text, old, new)) == []


def test_an_unlimited_retention_may_not_end() -> None:
    unlimited = edited(ENRICHED, '"7776000000"', '"-1"')
    assert topic_breaks(unlimited, ENRICHED) == ["retention.ms: was -1, now 7776000000"]


def test_reasons_may_come_and_be_reworded_but_not_go_or_change_sides() -> None:
    fault = '[no_body]\nfault = "publisher"'
    assert reason_breaks(REASONS, edited(REASONS, "[no_body]", "[body_missing]")) == ["no_body: the reason is gone"]
    assert reason_breaks(REASONS, edited(REASONS, fault, fault.replace("publisher", "service"))) == [
        "no_body: the fault was publisher, now service"
    ]
    more = REASONS + '\n[too_old]\nfault = "publisher"\nmeaning = "Old."\n'
    assert reason_breaks(REASONS, edited(more, "The value is not UTF-8", "It is not UTF-8")) == []


def test_themes_may_come_but_not_go() -> None:
    themes, renamed = json.dumps(["tariffs", "trade"]), json.dumps(["tariffs", "commerce"])
    assert theme_breaks(themes, renamed) == ["trade: the theme is gone, and its topic"]
    assert theme_breaks(themes, json.dumps(["trade", "tariffs", "elections"])) == []

"""The definitions of the topics hold together."""

from __future__ import annotations

from annotated_types import Le

from service.codec import Limits
from service.nlp import taxonomy
from service.settings import Settings
from topics import catalogue

DAY = 24 * 3600 * 1000
TOPICS = {topic.name: topic for topic in catalogue.load(theme.id for theme in taxonomy.load())}
THEME_TOPICS = [topic for name, topic in TOPICS.items() if name.startswith("articles.enriched.")]


def test_every_theme_has_a_topic() -> None:
    assert {topic.name for topic in THEME_TOPICS} == {f"articles.enriched.{theme.id}" for theme in taxonomy.load()}
    assert {topic.stream for topic in TOPICS.values()} >= {"raw", "enriched", "enriched.tariffs", "duplicates", "dead"}


def test_names_are_kafkas() -> None:
    for name in TOPICS:
        assert len(name) < 200
        assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789.-")


def test_an_output_within_the_limit_fits_its_topic() -> None:
    for topic in (TOPICS["articles.enriched"], *THEME_TOPICS):
        assert Limits().enriched < topic.max_message_bytes
        assert topic.config["cleanup.policy"] == "compact,delete"
        assert int(topic.config["min.compaction.lag.ms"]) == 7 * DAY


def test_a_raw_record_fits_the_dead_letters() -> None:
    room = TOPICS["articles.dead"].max_message_bytes - TOPICS["articles.raw"].max_message_bytes
    assert room >= 512 * 1024


def test_the_longest_body_fits_a_raw_record() -> None:
    longest = 4 * Limits().body
    assert longest < TOPICS["articles.raw"].max_message_bytes


def test_dead_letters_outlive_the_raw_records() -> None:
    retention = {name: int(topic.config["retention.ms"]) / DAY for name, topic in TOPICS.items()}
    assert (retention["articles.raw"], retention["articles.dead"], retention["articles.enriched"]) == (14, 30, 90)
    assert retention["articles.dead.replayed"] > retention["articles.dead"], "or letters would be replayed twice"


def test_reasons_say_who_can_mend_it() -> None:
    reasons = catalogue.reasons()
    assert len({reason.name for reason in reasons}) == len(reasons)
    assert {reason.fault for reason in reasons} == {"publisher", "service"}
    assert all(reason.meaning.endswith(".") for reason in reasons)


def test_what_is_decided_outlives_the_longest_window_and_is_read_beside_the_articles() -> None:
    duplicates = TOPICS["articles.duplicates"]
    longest = max(bound.le for bound in Settings.model_fields["duplicates_window"].metadata if isinstance(bound, Le))
    assert int(duplicates.config["retention.ms"]) / DAY > float(longest) / 24  # type: ignore[arg-type]
    assert duplicates.partitions == TOPICS["articles.enriched"].partitions

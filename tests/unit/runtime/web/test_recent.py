"""What the feed remembers is bounded, in order, and never says what was taken back."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from service.runtime.kafka.tailing import Published
from service.runtime.web import recent
from service.runtime.web.recent import Recent
from tests.unit.records import record

NOW = 1_800_000_000.0
THEMES = ("ai-partnerships", "tariffs", "trade")


def enriched(identifier: str, ago: float = 0.0, **changes: Any) -> Published:
    changes.setdefault("article", {"id": identifier, "title": f"T {identifier}", "body": ""})
    headers = (("ce_time", changes.pop("told", "2026-03-10T00:00:00.000Z").encode()),)
    return Published("enriched", identifier.encode(), orjson.dumps(record(**changes)), headers, int((NOW - ago) * 1000))


def retracted(identifier: str) -> Published:
    value = orjson.dumps({"status": "retracted", "article": {"id": identifier}})
    return Published("enriched", identifier.encode(), value, (("ce_time", b"2026-03-11"),), int(NOW * 1000))


def dead(reason: bytes, ago: float = 0.0) -> Published:
    return Published("dead", b"x", b"not json", (("wiretag_reason", reason),), int((NOW - ago) * 1000))


@pytest.fixture
def memory() -> Recent:
    return Recent(THEMES)


def ids(memory: Recent, *filters: str) -> list[str]:
    return [item.id for item in memory.select(*filters)]


def test_the_newest_are_first_in_whatever_order_they_come(memory: Recent) -> None:
    for identifier, ago in (("b", 20), ("c", 10), ("a", 30)):
        memory.take(enriched(identifier, ago), NOW)
    assert ids(memory) == ["c", "b", "a"]


def test_a_new_version_takes_the_place_of_the_old_one(memory: Recent) -> None:
    memory.take(enriched("a", 20), NOW)
    memory.take(enriched("b", 10), NOW)
    memory.take(enriched("a", 0, article={"id": "a", "title": "Corrected", "body": ""}), NOW)
    assert [(item.id, item.title) for item in memory.select()] == [("a", "Corrected"), ("b", "T b")]
    assert memory.hour(NOW).articles == 3


def test_the_newest_version_wins_even_if_an_old_one_is_replayed(memory: Recent) -> None:
    memory.take(retracted("a"), NOW)
    memory.take(enriched("a"), NOW)
    assert [item.value for item in memory.select()] == [None]


def test_nothing_of_a_retracted_article_is_kept(memory: Recent) -> None:
    memory.take(enriched("a", 5), NOW)
    memory.take(retracted("a"), NOW)
    (item,) = memory.select()
    assert (item.title, item.value, item.sought, item.main) == ("a", None, "", ())
    assert memory.hour(NOW).retracted == 1
    assert ids(memory, "trade") == ids(memory, "", "orrin") == []


def test_filters(memory: Recent) -> None:
    memory.take(enriched("a"), NOW)
    memory.take(enriched("b", themes=[], entities=[]), NOW)
    assert ids(memory, "trade") == ["a"]
    assert ids(memory, "tariffs") == [], "beside the story does not count"
    assert ids(memory, "", " ORRIN") == ids(memory, "", "lse:orr") == ids(memory, "trade", "orrin") == ["a"]
    assert ids(memory, "", "b") == []
    assert len(memory.select("", "", 1)) == 1
    assert memory.names() == ["Orrin Ltd"]


def test_the_hour_ends(memory: Recent) -> None:
    for ago in (0, 3500, 3700):
        memory.take(enriched(f"a{ago}", ago), NOW)
        memory.take(dead(b"not_json", ago), NOW)
    hour = memory.hour(NOW)
    assert (hour.articles, dict(hour.themes), hour.dead) == (
        2, {"ai-partnerships": 0, "tariffs": 0, "trade": 2}, (("not_json", 2),))  # fmt: skip
    assert memory.hour(NOW + 600).articles == 1
    assert memory.hour(NOW + 3700).articles == 0
    assert len(memory.select()) == 3, "the articles stay"


def test_a_clock_that_is_ahead_counts_as_now(memory: Recent) -> None:
    memory.take(enriched("a", ago=-86_400), NOW)
    assert memory.hour(NOW).articles == 1
    assert memory.hour(NOW + 3700).articles == 0


def test_reasons_that_nobody_knows_are_one(memory: Recent) -> None:
    for reason in (b"made up", b"\xff", b"no_body"):
        memory.take(dead(reason), NOW)
    assert dict(memory.hour(NOW).dead) == {"other": 2, "no_body": 1}


def test_the_number_is_bounded(memory: Recent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent, "KEPT", 3)
    for number in range(10):
        memory.take(enriched(str(number), 10 - number), NOW)
    assert ids(memory) == ["9", "8", "7"]
    memory.take(enriched("late", 60), NOW)
    assert "late" not in ids(memory)


def test_the_bytes_are_bounded_and_the_newest_is_kept(memory: Recent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent, "KEPT_BYTES", 2_500)
    for number in range(4):
        memory.take(enriched(str(number), 10 - number), NOW)
    assert ids(memory) == ["3", "2"][: len(ids(memory))]
    memory.take(enriched("huge", 0, fingerprint="x" * 5_000), NOW)
    assert ids(memory) == ["huge"]


@pytest.mark.parametrize(
    "value",
    [
        b"{",
        b"[]",
        b'{"status": "published"}',
        b'{"status": "published", "article": 7}',
        b'{"status": "retracted", "article": {"id": []}}',
    ],
)
def test_what_cannot_be_read_is_counted_and_passed_over(memory: Recent, value: bytes) -> None:
    memory.take(Published("enriched", b"x", value, (), 0), NOW)
    memory.take(Published("enriched", b"x", None, (), 0), NOW)
    assert (memory.unreadable, memory.select()) == (1, [])

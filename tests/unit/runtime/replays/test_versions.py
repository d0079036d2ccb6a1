"""Which version of an article is the newest, and what a replay of a time wants."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import orjson
import pytest

from service.codec import Limits, repeat
from service.model import RawEvent
from service.runtime.replays.versions import Versions, Window

WINDOW = Window(100, 200)


def article(identifier: str, offset: int, timestamp: int, partition: int = 0, **fields: str) -> RawEvent:
    value = orjson.dumps({"id": identifier, "body": f"Text at {timestamp}.", **fields})
    return RawEvent("articles.raw", partition, offset, timestamp, None, value)


def copy(event: RawEvent, offset: int, timestamp: int, run: str = "run") -> RawEvent:
    return replace(repeat(event, run), offset=offset, timestamp=timestamp)


@pytest.fixture
def of() -> Callable[..., Versions]:
    def told(*events: RawEvent, run: str = "run", only: list[str] | None = None) -> Versions:
        versions = Versions(WINDOW, run, Limits(), only)
        versions.note(events)
        return versions

    return told


def wanted(versions: Versions) -> dict[int, list[int]]:
    return {partition: list(offsets) for partition, offsets in versions.wanted().items()}


def test_the_newest_of_each_article_in_order(of: Callable[..., Versions]) -> None:
    found = of(article("b", 0, 100), article("a", 1, 110), article("b", 2, 120), article("c", 0, 130, partition=7))
    assert wanted(found) == {0: [1, 2], 7: [0]}
    assert found.left() == {"older": 1, "done": 0, "retracted": 0}


def test_only_what_is_in_the_window(of: Callable[..., Versions]) -> None:
    assert wanted(of(article("a", 0, 99), article("b", 1, 100), article("c", 2, 199), article("d", 3, 200))) == {
        0: [1, 2]
    }


def test_a_version_after_the_window_makes_the_one_in_it_old(of: Callable[..., Versions]) -> None:
    found = of(article("a", 0, 150), article("a", 1, 5000))
    assert wanted(found) == {}
    assert found.left()["older"] == 1


def test_of_equal_times_the_later_record_wins(of: Callable[..., Versions]) -> None:
    assert wanted(of(article("a", 0, 150), article("a", 1, 150))) == {0: [1]}


def test_a_time_in_the_past_makes_no_newer_version(of: Callable[..., Versions]) -> None:
    assert wanted(of(article("a", 0, 150), article("a", 1, 140))) == {0: [0]}


def test_retractions_null_values_and_what_cannot_be_read_are_left_out(of: Callable[..., Versions]) -> None:
    retracted = article("a", 1, 120, status="retracted")
    bad = RawEvent("articles.raw", 0, 2, 130, None, b"{")
    found = of(article("a", 0, 110), retracted, bad, replace(bad, offset=3, value=None))
    assert wanted(found) == {}
    assert found.left() == {"older": 1, "done": 0, "retracted": 1}
    assert (found.counts["unreadable"], found.counts["tombstone"]) == (1, 1)


def test_what_cannot_be_read_makes_nothing_old(of: Callable[..., Versions]) -> None:
    assert wanted(of(article("a", 0, 110), article("a", 1, 120, body=" "))) == {0: [0]}


def test_what_this_run_published_is_done_and_what_another_did_is_not(of: Callable[..., Versions]) -> None:
    first = article("a", 0, 110)
    assert wanted(of(first, copy(first, 5, 900))) == {}
    assert of(first, copy(first, 5, 900)).left() == {"older": 0, "done": 1, "retracted": 0}
    assert wanted(of(first, copy(first, 5, 900), run="next")) == {0: [5]}


def test_what_is_told_to_be_replayed_is_done_before_it_is_read_again(of: Callable[..., Versions]) -> None:
    first = article("a", 0, 110)
    found = of(first)
    found.replayed([first])
    assert wanted(found) == {}
    found.note([copy(first, 5, 900)])
    assert wanted(found) == {}


def test_a_copy_behind_a_newer_version_makes_that_one_wanted_whatever_its_time(of: Callable[..., Versions]) -> None:
    old, new = article("a", 0, 110), article("a", 3, 800)
    overtaken = of(old, new, copy(old, 4, 801))
    assert wanted(overtaken) == {0: [3]}
    overtaken.note([copy(new, 5, 802)])
    assert wanted(overtaken) == {}
    assert wanted(of(old, copy(old, 3, 700), replace(new, offset=4))) == {}


def test_a_retraction_that_was_overtaken_is_published_again(of: Callable[..., Versions]) -> None:
    old, gone = article("a", 0, 110), article("a", 3, 800, status="retracted")
    assert wanted(of(old, gone, copy(old, 4, 801))) == {0: [3]}


def test_which_event_is_the_newest(of: Callable[..., Versions]) -> None:
    old, new = article("a", 0, 110), article("a", 1, 120)
    found = of(old, new)
    assert (found.is_newest(old), found.is_newest(new)) == (False, True)
    assert (found.newest("a"), found.newest("b")) == (120, None)


def test_only_the_articles_that_matter(of: Callable[..., Versions]) -> None:
    found = of(article("a", 0, 110), article("b", 1, 110), only=["b"])
    assert (found.newest("a"), found.newest("b")) == (None, 110)

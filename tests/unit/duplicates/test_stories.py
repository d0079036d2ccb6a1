"""Which article is the original of which: stars, whatever the order; what a new version, a retraction, time change."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.duplicates import Stories
from service.duplicates.stories import SHORTEST
from service.fingerprint import DUPLICATE_THRESHOLD, fingerprint, similarity
from service.model import Sighting, Standing

HOUR = 3_600_000
WINDOW = 72 * HOUR
START = 1_767_225_600_000
WORDS = [f"word{number}" for number in range(2000)]


def words(seed: int, count: int = 80) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=count))


WIRE, OTHER, THIRD = (words(seed) for seed in range(3))
LONGER = f"{WIRE} {words(9, 20)}"
BOTH = f"{WIRE} {OTHER}"


signature = cache(fingerprint)


def seen(name: str, hour: float, text: str | None, late: float = 0) -> Sighting:
    """``text`` None: a retraction. ``late``: hours between the raw event and its enrichment."""
    when = START + int(hour * HOUR)
    mark = signature(text) if text is not None else ""
    arrived = when + int(late * HOUR)
    return Sighting("articles.enriched/0/0", 0, arrived, name, when, text is None, mark, None, f"{name}.example")


def considered(*sightings: Sighting, most: int = 1000) -> Stories:
    stories = Stories(WINDOW, most)
    for sighting in sightings:
        stories.consider(sighting)
    return stories


def links(stories: Iterable[Standing]) -> dict[str, str | None]:
    return {one.id: one.link.original if one.link else None for one in stories}


def test_the_first_seen_is_the_original_and_others_are_linked_to_it() -> None:
    stories = considered(seen("a", 0, WIRE), seen("b", 1, WIRE), seen("c", 2, LONGER), seen("d", 3, OTHER))
    assert links(stories) == {"a": None, "b": "a", "c": "a", "d": None}
    found = {one.id: one.link for one in stories if one.link}
    assert (found["b"].kind, found["b"].similarity) == ("exact", 1.0)
    assert (found["c"].kind, found["c"].domain) == ("near", "a.example")
    assert stories.originals == 2


def test_who_comes_late_but_was_seen_first_takes_the_place() -> None:
    stories = considered(seen("b", 1, WIRE), seen("c", 2, WIRE))
    changed = stories.consider(seen("a", 0, WIRE, late=2))
    assert [(one.id, one.link.original if one.link else None) for one in changed.standings] == [
        ("a", None),
        ("b", "a"),
        ("c", "a"),
    ]


def test_a_clock_that_is_ahead_does_not_move_the_window() -> None:
    stories = considered(seen("a", 0, WIRE), seen("ahead", 10_000, OTHER, late=-9_999), seen("b", 1, WIRE))
    assert links(stories) == {"a": None, "ahead": None, "b": "a"}
    assert stories.evicted == {"window": 0, "memory": 0}


def test_no_article_is_its_own_duplicate_and_a_new_version_keeps_its_place() -> None:
    stories = considered(seen("a", 0, WIRE), seen("b", 1, WIRE), seen("a", 5, LONGER))
    assert links(stories) == {"a": None, "b": "a"}
    assert {one.id: one.link.kind for one in stories if one.link} == {"b": "near"}


def test_a_version_that_is_another_story_ends_its_link() -> None:
    stories = considered(seen("a", 0, WIRE), seen("b", 1, WIRE))
    changed = stories.consider(seen("b", 2, OTHER))
    assert [(one.id, one.status, one.link) for one in changed.standings] == [("b", "original", None)]


def test_an_original_that_becomes_another_story_frees_its_duplicates() -> None:
    stories = considered(seen("a", 0, WIRE), seen("b", 1, WIRE), seen("c", 2, WIRE))
    changed = stories.consider(seen("a", 3, OTHER))
    assert [(one.id, one.status) for one in changed.standings] == [
        ("a", "original"),
        ("b", "original"),
        ("c", "duplicate"),
    ]
    assert links(stories) == {"a": None, "b": None, "c": "b"}


def test_a_retracted_original_leaves_its_duplicates_to_the_next() -> None:
    stories = considered(seen("a", 0, WIRE), seen("b", 1, WIRE), seen("c", 2, WIRE))
    changed = stories.consider(seen("a", 3, None))
    assert [(one.id, one.status) for one in changed.standings] == [
        ("a", "retracted"),
        ("b", "original"),
        ("c", "duplicate"),
    ]
    assert links(stories) == {"a": None, "b": None, "c": "b"}


def test_a_retracted_duplicate_ends_its_link_and_nobody_elses() -> None:
    stories = considered(seen("a", 0, WIRE), seen("b", 1, WIRE), seen("c", 2, WIRE))
    changed = stories.consider(seen("b", 3, None))
    assert [(one.id, one.status) for one in changed.standings] == [("b", "retracted")]
    assert links(stories) == {"a": None, "b": None, "c": "a"}


def test_what_was_retracted_may_be_published_again() -> None:
    stories = considered(seen("a", 0, WIRE), seen("b", 1, WIRE), seen("a", 2, None), seen("a", 3, WIRE))
    assert links(stories) == {"a": None, "b": "a"}


def test_an_older_version_changes_nothing() -> None:
    stories = considered(seen("a", 0, WIRE), seen("b", 2, WIRE))
    assert stories.consider(seen("b", 1, OTHER)).outcome == "stale"
    assert stories.consider(seen("c", 3, None)).outcome == "retracted"
    assert stories.consider(seen("c", 1, WIRE)).outcome == "stale"
    assert links(stories) == {"a": None, "b": "a", "c": None}


def test_the_same_again_is_said_again_and_changes_nothing() -> None:
    stories = considered(seen("a", 0, WIRE), seen("b", 1, WIRE))
    before = {one.id: one for one in stories}
    assert stories.consider(seen("b", 1, WIRE)).standings == (before["b"],)
    assert {one.id: one for one in stories} == before


@pytest.mark.parametrize("text", ["", "Subscribe to read on.", words(4, SHORTEST + 1)])
def test_what_is_too_short_is_not_compared(text: str) -> None:
    stories = considered(seen("a", 0, text), seen("b", 1, text))
    assert {one.status for one in stories} == {"unchecked"}


def test_the_shortest_that_is_compared() -> None:
    text = words(4, SHORTEST + 2)
    assert links(considered(seen("a", 0, text), seen("b", 1, text))) == {"a": None, "b": "a"}


def test_beyond_the_window_a_story_begins_again_and_old_links_stay() -> None:
    stories = considered(seen("a", 0, WIRE), seen("b", 71, WIRE), seen("c", 73, WIRE))
    assert links(stories) == {"b": "a", "c": None}
    assert stories.evicted == {"window": 1, "memory": 0}
    assert stories.consider(seen("d", 0.5, WIRE)).outcome == "late"


def test_a_forgotten_original_can_still_be_retracted() -> None:
    stories = considered(seen("a", 0, WIRE), seen("b", 71, WIRE), seen("x", 80, OTHER))
    changed = stories.consider(seen("a", 81, None))
    assert [(one.id, one.status) for one in changed.standings] == [("a", "retracted"), ("b", "original")]


def test_memory_is_bounded_and_the_oldest_go_first() -> None:
    stories = considered(*(seen(f"n{number}", number / 10, words(number)) for number in range(50)), most=20)
    assert sorted(links(stories)) == sorted(f"n{number}" for number in range(30, 50))
    assert stories.evicted == {"window": 0, "memory": 30}
    assert stories.originals == 20


def test_a_page_that_thousands_carry_costs_no_more_than_any_other() -> None:
    """Only its first copy is in the index."""
    stories = considered(*(seen(f"n{number}", number / 100, WIRE) for number in range(300)))
    assert (len(stories), stories.originals) == (300, 1)


# --- properties -------------------------------------------------------------------------------------------------------

TEXTS = [WIRE, OTHER, THIRD, LONGER, BOTH, f"{words(0, 50)} {words(7, 30)}", "short", None]
ARTICLE = st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 60), st.sampled_from(range(len(TEXTS))))
HISTORY = st.lists(ARTICLE, max_size=14)


def sightings(history: list[tuple[str, int, int]]) -> list[Sighting]:
    return [seen(name, hour + number / 1000, TEXTS[text], late=1) for number, (name, hour, text) in enumerate(history)]


@settings(deadline=None, max_examples=60)
@given(HISTORY)
def test_links_are_stars_within_the_window_and_originals_are_not_alike(history: list[tuple[str, int, int]]) -> None:
    stories = {one.id: one for one in considered(*sightings(history))}
    originals = [one for one in stories.values() if one.status == "original"]
    for one in stories.values():
        assert (one.status == "duplicate") == (one.link is not None)
        if one.link:
            original = stories[one.link.original]
            assert original.status == "original"
            assert (original.first_seen, original.id) < (one.first_seen, one.id)
            assert one.link.similarity == round(similarity(one.fingerprint, original.fingerprint), 4)
    for one in originals:
        for other in originals:
            assert one is other or similarity(one.fingerprint, other.fingerprint) < DUPLICATE_THRESHOLD


@settings(deadline=None, max_examples=60)
@given(HISTORY, st.randoms())
def test_which_are_originals_does_not_depend_on_the_order_of_partitions(
    history: list[tuple[str, int, int]], chance: random.Random
) -> None:
    """Versions of one article are in one partition, so they keep their order; all else may be interleaved."""
    by_article: dict[str, list[Sighting]] = {}
    for sighting in sightings(history):
        by_article.setdefault(sighting.id, []).append(sighting)
    order = [name for name, versions in by_article.items() for _ in versions]
    chance.shuffle(order)
    queues = {name: iter(versions) for name, versions in by_article.items()}
    interleaved = considered(*(next(queues[name]) for name in order))
    in_order = considered(*(sighting for versions in by_article.values() for sighting in versions))
    assert {one.id: (one.status, one.first_seen) for one in interleaved} == {
        one.id: (one.status, one.first_seen) for one in in_order
    }


@settings(deadline=None, max_examples=60)
@given(HISTORY, st.integers(0, 14))
def test_after_a_restart_it_goes_on_as_before(history: list[tuple[str, int, int]], killed: int) -> None:
    """What was published is all there is to go on from: the newest record of each article, and the horizon."""
    every = [replace(one, time=2 * one.time - START, arrived=2 * one.arrived - START) for one in sightings(history)]
    undisturbed = considered(*every, most=6)
    first = Stories(WINDOW, 6)
    published: dict[str, Standing] = {}
    for sighting in every[:killed]:
        published |= {one.id: one for one in first.consider(sighting).standings}
    second = Stories(WINDOW, 6, first.horizon)
    second.restore(published.values())
    assert {one.id: one for one in second} == {one.id: one for one in first}
    decided = [second.consider(sighting) for sighting in every[killed:]]
    again = considered(*every[:killed], most=6)
    assert decided == [again.consider(sighting) for sighting in every[killed:]]
    assert {one.id: one for one in second} == {one.id: one for one in undisturbed}
    assert second.horizon == undisturbed.horizon


def test_fewer_may_be_remembered_after_a_restart_than_before() -> None:
    """WIRETAG_DUPLICATES_ARTICLES was lowered: the oldest are forgotten, and nothing else happens."""
    before = considered(*(seen(f"a{hour}", hour, words(hour + 50)) for hour in range(40)))
    after = Stories(WINDOW, 10)
    after.restore(before)
    assert [one.id for one in after] == [f"a{hour}" for hour in range(30, 40)]
    assert after.originals == 10


def test_a_record_with_a_broken_fingerprint_is_not_compared() -> None:
    stories = Stories(WINDOW, 10)
    broken = replace(seen("a", 0, WIRE), fingerprint="m1:1f:abc")
    assert stories.consider(broken).outcome == "unchecked"


@pytest.mark.parametrize("text", [THIRD, "Too short.", None])
def test_an_original_that_was_forgotten_and_comes_back_as_none_leaves_no_chain(text: str | None) -> None:
    stories = considered(seen("a", 0, WIRE), seen("b", 70, WIRE), seen("c", 73, OTHER), seen("d", 74, THIRD))
    assert links(stories) == {"b": "a", "c": None, "d": None}
    found = stories.consider(seen("a", 75, text))
    assert links(found.standings) == {"a": "d" if text == THIRD else None, "b": None}
    assert {one.id: one.status for one in stories}["b"] == "original"


def test_an_original_that_was_forgotten_and_comes_back_as_one_keeps_its_duplicates() -> None:
    stories = considered(seen("a", 0, WIRE), seen("b", 70, WIRE), seen("c", 73, OTHER), seen("a", 75, WIRE))
    assert links(stories) == {"a": None, "b": "a", "c": None}

"""Every word of the contract has words for people, and those of later versions are shown as they are called."""

from __future__ import annotations

from service.model import ENTITY_TYPES
from service.page import words


def test_every_entity_type_has_its_words() -> None:
    assert [kind for kind in ENTITY_TYPES if words.entity(kind).label == kind.lower()] == [
        "PERSON",
        "ORG",
        "PRODUCT",
        "LAW",
    ]
    assert {words.entity(kind).group for kind in ENTITY_TYPES} | {"quantity"} == set(words.groups())


def test_later_words_are_shown_as_they_are() -> None:
    assert words.entity("SPACE_SHIP") == words.EntityWords("thing", "space ship", "Space ship")
    assert words.segment("poll_box") == "Poll box"
    assert words.flag("odd_thing") == "odd thing"

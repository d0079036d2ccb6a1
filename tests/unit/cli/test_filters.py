"""How letters are named on the command line."""

from __future__ import annotations

import click
import pytest

from service.cli.filters import Id


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("1/17", (False, 1, 17)),
        ("articles.dead/1/17", (False, 1, 17)),
        ("articles.raw/3/1042", (True, 3, 1042)),
        ("test.articles.raw/3/1042", (True, 3, 1042)),
    ],
)
def test_ids(text: str, named: tuple[bool, int, int]) -> None:
    assert Id().convert(text, None, None) == named


@pytest.mark.parametrize("text", ["17", "a/b", "articles.enriched/1/2", "1/-2", "1/2/3", "1/" + "9" * 30])
def test_what_is_no_id_is_told(text: str) -> None:
    with pytest.raises(click.BadParameter):
        Id().convert(text, None, None)

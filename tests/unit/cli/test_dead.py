"""How letters are named on the command line."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from service.__main__ import main
from service.cli.dead import Id


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


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["dead", "replay"], "add --yes"),
        (["replay", "--from", "2h"], "add --yes"),
        (["replay", "--from", "1h", "--to", "2h", "--yes"], "--from must be before --to"),
        (["dead", "show", "--value"], "--value goes with an ID"),
    ],
)
def test_wrong_usage_is_told_before_anything_is_read(arguments: list[str], told: str) -> None:
    done = CliRunner(env={"WIRETAG_BOOTSTRAP_SERVERS": "127.0.0.1:9"}).invoke(main, arguments)
    assert (done.exit_code, told in done.output) == (2, True)

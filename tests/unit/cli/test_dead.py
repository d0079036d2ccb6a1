"""Wrong usage of the commands that publish again."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from service.__main__ import main


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

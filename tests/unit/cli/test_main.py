"""The command line as scripts see it: statuses, and what is imported when."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from service.__main__ import COMMANDS, Commands, main
from service.errors import SettingsError, WiretagError


def _python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_help_lists_every_command_and_the_exit_statuses() -> None:
    result = CliRunner().invoke(main, ["--help"])
    assert result.exit_code == 0
    assert all(f"  {name} " in result.output for name in COMMANDS)
    assert "Exit status: 0 done, 1 failed" in " ".join(result.output.split())


def test_the_readme_lists_every_command() -> None:
    readme = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `wiretag (\w+)", readme, re.MULTILINE)) == set(COMMANDS)


def test_help_imports_nothing_that_is_slow() -> None:
    loaded = _python(
        "import sys; from click.testing import CliRunner; from service.__main__ import main;"
        "assert CliRunner().invoke(main, ['--help']).exit_code == 0; print(*sys.modules)"
    ).split()
    assert not {"spacy", "faust", "aiokafka", "pydantic", "rich", "numpy"} & set(loaded)


@pytest.mark.parametrize("name", ["publish", "tail", "topics", "config", "demo", "duplicates"])
def test_only_the_tagger_loads_spacy_and_only_the_worker_loads_faust(name: str) -> None:
    loaded = _python(f"import sys, service.cli.{name}; print(*sys.modules)").split()
    assert not {"spacy", "faust"} & set(loaded)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    result = CliRunner().invoke(main, [name, "--help"])
    assert result.exit_code == 0
    assert result.output.startswith("Usage: main")


@pytest.mark.parametrize("arguments", [["nonsense"], ["tail", "--theme", "sports"], ["publish"], ["enrich", "no-file"]])
def test_wrong_usage_is_status_2(arguments: list[str]) -> None:
    assert CliRunner().invoke(main, arguments).exit_code == 2


@pytest.mark.parametrize(
    ("error", "status", "message"),
    [
        (WiretagError("no broker"), 1, "wiretag: no broker\n"),
        (SettingsError("WIRETAG_X: bad\nWIRETAG_Y: bad"), 2, "wiretag: WIRETAG_X: bad\nwiretag: WIRETAG_Y: bad\n"),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_what_ends_a_command_becomes_status_and_message(error: BaseException, status: int, message: str) -> None:
    @click.command()
    def command() -> None:
        raise error

    group = Commands("wiretag")
    group.get_command = lambda _ctx, _name: command  # type: ignore[method-assign]
    result = CliRunner().invoke(group, ["it"])
    assert (result.exit_code, result.stdout, result.stderr) == (status, "", message)


def test_bad_settings_are_status_2_and_all_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIRETAG_WORKERS", "0")
    monkeypatch.setenv("WIRETAG_LOG_LEVEL", "loud")
    result = CliRunner().invoke(main, ["config"])
    assert result.exit_code == 2
    assert "WIRETAG_WORKERS" in result.stderr
    assert "WIRETAG_LOG_LEVEL" in result.stderr


def test_a_reader_who_leaves_is_status_141_without_a_word() -> None:
    """The command only begins to write when nobody reads any more."""
    code = "import sys; sys.stdin.read(); sys.argv = ['wiretag', 'config']; from service.__main__ import main; main()"
    command = [sys.executable, "-c", code]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert child.stdout
    child.stdout.close()
    assert child.communicate()[1] == b""
    assert child.returncode == 141

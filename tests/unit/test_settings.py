"""Settings: all bad ones told at once, sources told, secrets kept, README in step."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from service import settings
from service.errors import SettingsError
from service.settings import Settings

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"WIRETAG_{name.upper()}", raising=False)


def test_every_bad_setting_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIRETAG_WORKERS", "many")
    monkeypatch.setenv("WIRETAG_WEB_PORT", "99999")
    monkeypatch.setenv("WIRETAG_TOPIC_PREFIX", "no spaces")
    with pytest.raises(SettingsError) as told:
        settings.load()
    assert [line.split(":")[0] for line in str(told.value).splitlines()] == [
        "WIRETAG_TOPIC_PREFIX",
        "WIRETAG_WORKERS",
        "WIRETAG_WEB_PORT",
    ]
    assert told.value.exit_status == 2


def test_an_option_wins_over_the_environment_and_that_over_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings.load(bootstrap_servers=None).bootstrap_servers == "127.0.0.1:9092"
    monkeypatch.setenv("WIRETAG_BOOTSTRAP_SERVERS", "one:1")
    assert settings.load(bootstrap_servers=None).bootstrap_servers == "one:1"
    assert settings.load(bootstrap_servers="two:2").bootstrap_servers == "two:2"


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIRETAG_REPLICATION_FACTOR", "")
    assert settings.load().replication_factor is None


def test_a_setting_says_where_it_comes_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("wiretag_group_id", "desk")
    explained = {one.variable: one for one in settings.explain(settings.load())}
    assert explained["WIRETAG_GROUP_ID"].value == "desk"
    assert explained["WIRETAG_GROUP_ID"].source == "environment"
    assert explained["WIRETAG_GROUP_ID"].default == "wiretag"
    assert explained["WIRETAG_WEB_PORT"].source == "default"


def test_a_secret_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIRETAG_SECURITY_PROTOCOL", "SASL_SSL")
    monkeypatch.setenv("WIRETAG_SASL_USERNAME", "desk")
    monkeypatch.setenv("WIRETAG_SASL_PASSWORD", "hunter2")
    explained = {one.variable: one for one in settings.explain(settings.load())}
    assert explained["WIRETAG_SASL_PASSWORD"].source == "environment"
    assert "hunter2" not in repr(explained) + repr(settings.load())


def test_the_readme_lists_every_setting_with_its_default_and_meaning() -> None:
    rows = dict(re.findall(r"^\| `(WIRETAG_\w+)` (\|.*)$", README, re.MULTILINE))
    expected = {}
    for name, field in Settings.model_fields.items():
        default = "*computed*" if field.default_factory else f"`{field.default}`" if field.default else ""
        expected[f"WIRETAG_{name.upper()}"] = f"| {default} | {field.description} |"
    assert rows == expected

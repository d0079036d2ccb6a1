"""``wiretag config``: for people, and for programs."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from service.__main__ import main
from service.settings import Settings


def test_for_people(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIRETAG_GROUP_ID", "desk")
    output = CliRunner().invoke(main, ["config"]).stdout
    assert "WIRETAG_GROUP_ID=desk\n" in output
    assert "(from the environment; default wiretag)" in output


def test_for_programs_and_without_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIRETAG_SECURITY_PROTOCOL", "SASL_SSL")
    monkeypatch.setenv("WIRETAG_SASL_USERNAME", "desk")
    monkeypatch.setenv("WIRETAG_SASL_PASSWORD", "hunter2")
    output = CliRunner().invoke(main, ["config", "--json"]).stdout
    assert len(json.loads(output)) == len(Settings.model_fields)
    assert json.loads(output)["WIRETAG_WEB_PORT"]["value"] == "8087"
    assert "hunter2" not in output

"""A process that ends on its own says why."""

from __future__ import annotations

from pathlib import Path

import pytest

from service import credentials
from service.cli import processes
from service.cli.processes import Process
from service.errors import WiretagError
from service.settings import Settings


async def test_one_that_cannot_start_is_told_with_its_last_words(tmp_path: Path) -> None:
    process = Process("nothing-of-the-kind", Settings(), tmp_path)
    with pytest.raises(WiretagError, match=r"(?s)ended with status 2.*No such command"):
        await process.listening()
    process.stop()


async def test_credentials_for_other_brokers_stay_out_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo has a Kafka of its own, without passwords, whatever the environment says of another one."""
    effective = Settings()
    monkeypatch.setenv("WIRETAG_SECURITY_PROTOCOL", "SASL_PLAINTEXT")
    monkeypatch.setenv("WIRETAG_SASL_USERNAME", "ada")
    monkeypatch.setenv("WIRETAG_SASL_PASSWORD", "secret")
    process = Process("config", effective, tmp_path)
    monkeypatch.setattr(processes, "PATIENCE", 20.0)
    with pytest.raises(WiretagError, match="ended with status 0"):
        await process.listening()
    process.stop()


def test_every_credential_is_a_setting() -> None:
    named = {name for name in Settings.model_fields if name.startswith(("sasl_", "ssl_"))}
    assert named - {"sasl_mechanism"} == set(credentials.SETTINGS)

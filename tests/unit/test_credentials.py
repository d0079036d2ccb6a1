"""Settings that belong together: what is missing, contradicts or would not be used is told, all of it at once."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from service import credentials, settings
from service.errors import SettingsError
from service.settings import Settings

SECRET = "hunter2-and-more"


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"WIRETAG_{name.upper()}", raising=False)


@pytest.fixture
def file(tmp_path: Path) -> str:
    (tmp_path / "file").write_text("x\n")
    return str(tmp_path / "file")


def complaints(**values: object) -> dict[str, str]:
    """Setting -> what is said of it."""
    with pytest.raises(SettingsError) as told:
        settings.load(**values)
    assert SECRET not in str(told.value)
    lines = [line.partition(": ") for line in str(told.value).splitlines()]
    return {name.removeprefix("WIRETAG_").lower(): words for name, _, words in lines}


def test_everything_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    told = complaints(
        security_protocol="SASL_SSL",
        ssl_cafile=tmp_path / "absent",
        ssl_certfile=tmp_path / "empty",
        ssl_key_password_file=tmp_path,
        workers="many",
    )
    assert told["sasl_username"] == "is needed with SASL_*"
    assert told["sasl_password"] == "is needed with SASL_*, or WIRETAG_SASL_PASSWORD_FILE"
    assert told["ssl_cafile"] == f"the file cannot be read: No such file or directory (got '{tmp_path}/absent')"
    assert told["ssl_certfile"] == f"the file is empty (got '{tmp_path}/empty')"
    assert told["ssl_key_password_file"].startswith("the file cannot be read: Is a directory")
    assert "workers" in told


def test_a_certificate_and_its_key_come_together(file: str) -> None:
    assert complaints(security_protocol="SSL", ssl_certfile=file) == {
        "ssl_keyfile": "is needed with WIRETAG_SSL_CERTFILE"
    }
    assert complaints(security_protocol="SSL", ssl_keyfile=file) == {
        "ssl_keyfile": f"is set without WIRETAG_SSL_CERTFILE (got '{file}')"
    }


def test_a_password_comes_one_way(file: str) -> None:
    told = complaints(security_protocol="SASL_SSL", sasl_username="u", sasl_password=SECRET, sasl_password_file=file)
    assert told == {"sasl_password": "is set, and WIRETAG_SASL_PASSWORD_FILE too: only one can hold"}


def test_a_password_file_that_cannot_be_read_is_the_only_complaint(tmp_path: Path) -> None:
    absent = tmp_path / "absent"
    told = complaints(security_protocol="SASL_SSL", sasl_username="u", sasl_password_file=absent)
    assert list(told) == ["sasl_password_file"]


@pytest.mark.parametrize("name", ["sasl_username", "sasl_password", "sasl_password_file", "ssl_cafile"])
def test_what_the_protocol_would_not_use_is_refused(name: str, file: str) -> None:
    """Or somebody who forgot the protocol would send articles in the clear, with a password set."""
    value = SECRET if name == "sasl_password" else file
    assert complaints(**{name: value})[name].startswith("is not used: WIRETAG_SECURITY_PROTOCOL is PLAINTEXT")


@pytest.mark.parametrize(
    "values",
    [
        {"security_protocol": "SASL_SSL", "sasl_username": "u", "sasl_password": SECRET},
        {"security_protocol": "SASL_PLAINTEXT", "sasl_username": "u", "sasl_password_file": "file"},
        {"security_protocol": "SSL"},
        {"security_protocol": "SSL", "ssl_cafile": "file", "ssl_certfile": "file", "ssl_keyfile": "file"},
    ],
)
def test_what_fits_together_is_taken(values: dict[str, str], file: str) -> None:
    settings.load(**{name: file if value == "file" else value for name, value in values.items()})


@pytest.mark.parametrize("content", ["pass word\n", "pass word\r\n", "pass word"])
def test_the_end_of_the_line_is_no_part_of_a_secret(tmp_path: Path, content: str) -> None:
    (tmp_path / "secret").write_bytes(content.encode())
    assert credentials.secret(tmp_path / "secret") == "pass word"


def test_a_secret_that_went_away_is_an_error_in_words(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read: No such file"):
        credentials.secret(tmp_path / "gone")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="not UTF-8"):
        credentials.secret(tmp_path / "binary")


def test_what_leaves_the_process_has_no_secret() -> None:
    effective = settings.load(security_protocol="SASL_SSL", sasl_username="u", sasl_password=SECRET)
    assert SECRET.encode() in pickle.dumps(effective), "or this test would show nothing"
    assert SECRET.encode() not in pickle.dumps(effective.without_secrets())
    assert effective.without_secrets().sasl_username == "u"
    assert SECRET not in repr(effective)

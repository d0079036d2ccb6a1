"""What proves to the brokers who we are, and to us who they are: files that hold it, settings that belong together.

Nothing here keeps a secret: a file is read when a client is made, so that no copy of it travels with the settings.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import AfterValidator, SecretStr, ValidationInfo

from service.errors import SettingsError

T = TypeVar("T")
SETTINGS = (
    *("sasl_username", "sasl_password_file", "sasl_password"),
    *("ssl_cafile", "ssl_certfile", "ssl_keyfile", "ssl_key_password_file"),
)


def readable(path: Path) -> Path:
    """Raises ValueError where nobody could read the file."""
    try:
        with path.open("rb") as stream:
            empty = not stream.read(1)
    except OSError as problem:
        raise ValueError(f"the file cannot be read: {problem.strerror}") from None
    if empty:
        raise ValueError("the file is empty")
    return path


def secret(path: Path) -> str:
    """The file's text without the line's end that editors add. Raises SettingsError."""
    try:
        return path.read_text(encoding="utf-8").rstrip("\r\n")
    except OSError as problem:
        raise SettingsError(f"the secret in {path} cannot be read: {problem.strerror}") from None
    except UnicodeDecodeError:
        raise SettingsError(f"the secret in {path} is not UTF-8 text") from None


def _with_sasl(value: T | None, info: ValidationInfo) -> T | None:
    return _only_where(value, info, "SASL_PLAINTEXT, SASL_SSL")


def _with_ssl(value: T | None, info: ValidationInfo) -> T | None:
    return _only_where(value, info, "SSL, SASL_SSL")


def _only_where(value: T | None, info: ValidationInfo, protocols: str) -> T | None:
    """Trap: a password or a CA that is set and not used would mean that the connection is not as safe as it looks."""
    protocol = info.data.get("security_protocol")
    if value is not None and protocol is not None and protocol not in protocols.split(", "):
        raise ValueError(f"is not used: WIRETAG_SECURITY_PROTOCOL is {protocol} ({protocols} would use it)")
    return value


def _username(value: str | None, info: ValidationInfo) -> str | None:
    if value is None and _sasl(info):
        raise ValueError("is needed with SASL_*")
    return value


def _password(value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
    """Exactly one of the two; a file that was refused has been told already."""
    if "sasl_password_file" not in info.data or not _sasl(info):
        return value
    file = info.data["sasl_password_file"]
    if value is None and file is None:
        raise ValueError("is needed with SASL_*, or WIRETAG_SASL_PASSWORD_FILE")
    if value is not None and file is not None:
        raise ValueError("is set, and WIRETAG_SASL_PASSWORD_FILE too: only one can hold")
    return value


def _keyfile(value: Path | None, info: ValidationInfo) -> Path | None:
    data = info.data
    if value is not None and data.get("ssl_certfile", value) is None:
        raise ValueError("is set without WIRETAG_SSL_CERTFILE")
    if value is None and data.get("ssl_certfile") is not None:
        raise ValueError("is needed with WIRETAG_SSL_CERTFILE")
    return value


def _sasl(info: ValidationInfo) -> bool:
    return str(info.data.get("security_protocol", "")).startswith("SASL")


Readable = Annotated[Path, AfterValidator(readable)]
Username = Annotated[str | None, AfterValidator(_with_sasl), AfterValidator(_username)]
PasswordFile = Annotated[Readable | None, AfterValidator(_with_sasl)]
Password = Annotated[SecretStr | None, AfterValidator(_with_sasl), AfterValidator(_password)]
TrustFile = Annotated[Readable | None, AfterValidator(_with_ssl)]
KeyFile = Annotated[Readable | None, AfterValidator(_with_ssl), AfterValidator(_keyfile)]

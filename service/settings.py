"""Every setting: default, unit, meaning. Each is read from ``WIRETAG_<NAME>``; bad values are reported all at once."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, SettingsConfigDict

from service.credentials import KeyFile, Password, PasswordFile, TrustFile, Username
from service.errors import SettingsError

PREFIX = "WIRETAG_"
SECRETS = ("sasl_password",)  # settings that are never shown, not in an error either
SECRET_VARIABLES = {f"{PREFIX}{name.upper()}" for name in SECRETS}
Seconds = Annotated[float, Field(gt=0)]


class Settings(BaseSettings):
    """The effective settings of one process."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore", env_ignore_empty=True)

    # Kafka
    bootstrap_servers: str = Field("127.0.0.1:9092", description="Kafka brokers, host:port, comma-separated")
    group_id: str = Field("wiretag", description="consumer group; also the prefix of the transactional ids")
    group_instance_id: str | None = Field(
        None, description="static membership: a stable name of this worker, so that a restart moves no partitions"
    )
    topic_prefix: str = Field("", pattern=r"^[A-Za-z0-9._-]*$", description="put before every topic's name")
    replication_factor: int | None = Field(None, ge=1, description="of topics that are created; default: the broker's")
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        "PLAINTEXT", description="how to talk to the brokers"
    )
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = Field("PLAIN", description="with SASL_*")
    sasl_username: Username = Field(None, validate_default=True, description="with SASL_*")
    sasl_password_file: PasswordFile = Field(None, description="with SASL_*: a file that holds the password alone")
    sasl_password: Password = Field(None, validate_default=True, description="with SASL_*, where there is no such file")
    ssl_cafile: TrustFile = Field(None, description="CA certificates (PEM) with *SSL; default: the system's")
    ssl_certfile: TrustFile = Field(None, description="our own certificate (PEM), where the brokers ask for one")
    ssl_keyfile: KeyFile = Field(None, validate_default=True, description="the private key of our certificate (PEM)")
    ssl_key_password_file: TrustFile = Field(None, description="a file that holds the key's password, if it has one")
    session_timeout: Seconds = Field(10.0, description="seconds without a heartbeat until partitions move on")
    transaction_timeout: Seconds = Field(60.0, description="seconds until the broker aborts an open transaction")

    # Tagging
    workers: int = Field(
        default_factory=lambda: os.cpu_count() or 1, ge=1, le=256, description="tagging processes; default: one a core"
    )
    pipeline: str = Field("wiretag", description="spaCy pipeline: ours (wiretag), or a package or folder by name")
    max_body: int = Field(500_000, ge=1, le=1_000_000, description="longest body, in code points")
    batch_events: int = Field(32, ge=1, le=1024, description="most events in one job of a tagging process")
    article_timeout: Seconds = Field(30.0, description="seconds that one article may take before it is cut off")

    # Duplicates
    duplicates_window: float = Field(
        72.0, gt=0, le=24 * 60, description="hours that may lie between an article and its duplicate"
    )
    duplicates_articles: int = Field(
        1_000_000, ge=1000, le=20_000_000, description="most articles that `wiretag duplicates` remembers: 1.5 GB"
    )
    duplicates_port: int = Field(8089, ge=0, le=65535, description="port of `wiretag duplicates`; 0: a free one")

    # Running
    max_in_flight: int = Field(1024, ge=1, description="most events read and not yet published, over all partitions")
    stall_timeout: Seconds = Field(120.0, description="seconds of lag without progress until the process ends itself")
    shutdown_timeout: Seconds = Field(20.0, description="seconds that a graceful stop may take")
    web_host: str = Field("127.0.0.1", description="where the web page, /metrics, /healthz and /readyz listen")
    web_port: int = Field(8087, ge=0, le=65535, description="its port; 0: a free one")
    page_port: int = Field(8088, ge=0, le=65535, description="port of the web page (`wiretag web`); 0: a free one")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="least severity logged")
    log_format: Literal["json", "text"] = Field("text", description="one JSON object a line, or lines for people")
    client_id: str = Field(default_factory=lambda: f"wiretag-{socket.gethostname()}", description="as brokers see it")

    def without_secrets(self) -> Settings:
        """For processes that do not speak to Kafka."""
        return self.model_copy(update=dict.fromkeys(SECRETS))

    def topic(self, stream: str) -> str:
        """Full name of a stream's topic: ``raw``, ``enriched``, ``enriched.<theme>``, ``duplicates``, ``dead`` ..."""
        return f"{self.topic_prefix}articles.{stream}"


@dataclass(frozen=True, slots=True)
class Explained:
    """One setting for people. ``source`` is ``environment`` or ``default``; a secret's value is asterisks."""

    variable: str
    value: str
    source: str
    default: str
    meaning: str


def explain(settings: Settings) -> list[Explained]:
    """Every setting, in the order in which it is defined."""
    return [_explain(settings, name, field) for name, field in Settings.model_fields.items()]


def _explain(settings: Settings, name: str, field: FieldInfo) -> Explained:
    variable = f"{PREFIX}{name.upper()}"
    default = field.get_default(call_default_factory=True, validated_data={})
    source = "environment" if any(key.upper() == variable for key in os.environ) else "default"
    return Explained(variable, _written(getattr(settings, name)), source, _written(default), field.description or "")


def _written(value: object) -> str:
    return "" if value is None else str(value)


def load(**overrides: object) -> Settings:
    """Settings from the environment; ``overrides`` (from the command line) win where not None.

    Raises SettingsError naming every bad value.
    """
    try:
        return Settings(**{name: value for name, value in overrides.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        lines = [_complaint(str(e["loc"][0]), e["msg"], e["input"]) for e in error.errors()]
        raise SettingsError("\n".join(lines)) from None


def _complaint(name: str, message: str, value: object) -> str:
    got = "" if value is None or name in SECRETS else f" (got {str(value)!r})"
    return f"{PREFIX}{name.upper()}: {message.removeprefix('Value error, ')}{got}"

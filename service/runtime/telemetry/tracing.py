"""Whether spans are asked for, by OpenTelemetry's own variables. ``spans`` makes them, and is imported only then."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol
from urllib.parse import urlsplit

from service.errors import SettingsError
from service.model import Processed, RawEvent
from service.settings import Settings

ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
PROTOCOL = "http/protobuf"


class Tracing(Protocol):
    """What the runtime reports to where spans are asked for."""

    def start(self) -> None:
        """From now on there is a thread that sends."""

    def published(self, outcomes: Sequence[tuple[RawEvent, Processed]], seconds: float, waits: Iterable[float]) -> None:
        """A transaction was committed; parameters as of ``Metrics.published``. Never waits, never raises."""

    def stop(self, within: float) -> None:
        """Sends what it still has, for so many seconds at most."""


def configured(settings: Settings, environment: Mapping[str, str] = os.environ) -> Tracing | None:
    """None without an endpoint. Raises SettingsError where spans are asked for and cannot be had."""
    variable = next((name for name in ENDPOINTS if environment.get(name)), None)
    switched_off = environment.get("OTEL_TRACES_EXPORTER") == "none"
    if variable is None or switched_off or environment.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return None
    if problem := _endpoint(variable, environment[variable]) or _protocol(environment):
        raise SettingsError(problem)
    try:
        from service.runtime.telemetry.spans import Spans  # noqa: PLC0415 - an extra; and it takes 0.3 s
    except ModuleNotFoundError as missing:
        raise SettingsError(
            f"{variable} asks for spans, but {missing.name} is not installed: "
            "install wiretag with its extra `tracing` (pip install '.[tracing]'), or unset the variable"
        ) from None
    return Spans(settings)


def _endpoint(variable: str, value: str) -> str | None:
    try:
        parts = urlsplit(value)
        good = parts.scheme in {"http", "https"} and parts.hostname
    except ValueError:  # "http://[::1"
        good = None
    return None if good else f"{variable}: http://HOST:PORT is expected (got {value!r})"


def _protocol(environment: Mapping[str, str]) -> str | None:
    variable = next((name for name in PROTOCOLS if environment.get(name)), None)
    if variable is None or environment[variable] == PROTOCOL:
        return None
    return f"{variable}: only {PROTOCOL} is spoken (got {environment[variable]!r})"

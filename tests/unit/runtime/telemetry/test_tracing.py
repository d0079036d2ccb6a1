"""Spans are made where OpenTelemetry's variables ask for them, and otherwise cost nothing, not even an import."""

from __future__ import annotations

import subprocess
import sys

import pytest

from service import settings
from service.errors import SettingsError
from service.runtime.telemetry import tracing

COLLECTOR = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": ""},
        {"OTEL_SERVICE_NAME": "wiretag"},
        {**COLLECTOR, "OTEL_SDK_DISABLED": "true"},
        {**COLLECTOR, "OTEL_TRACES_EXPORTER": "none"},
    ],
)
def test_without_an_endpoint_or_switched_off_there_are_none(environment: dict[str, str]) -> None:
    assert tracing.configured(settings.load(), environment) is None


@pytest.mark.parametrize(
    "environment",
    [
        COLLECTOR,
        {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "https://collector/v1/traces"},
        {**COLLECTOR, "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf"},
    ],
)
def test_an_endpoint_asks_for_them(environment: dict[str, str]) -> None:
    assert tracing.configured(settings.load(), environment) is not None


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        (
            {"OTEL_EXPORTER_OTLP_ENDPOINT": "collector:4318"},
            "OTEL_EXPORTER_OTLP_ENDPOINT: http://HOST:PORT is expected",
        ),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://[::1"}, "OTEL_EXPORTER_OTLP_ENDPOINT: http://HOST:PORT is expected"),
        ({**COLLECTOR, "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, "OTEL_EXPORTER_OTLP_PROTOCOL: only http/protobuf"),
    ],
)
def test_what_cannot_work_is_told_at_the_start(environment: dict[str, str], told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        tracing.configured(settings.load(), environment)


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("opentelemetry")]:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.delitem(sys.modules, "service.runtime.telemetry.spans", raising=False)
    with pytest.raises(SettingsError, match=r"opentelemetry.* is not installed: install wiretag with its extra"):
        tracing.configured(settings.load(), COLLECTOR)


def test_nothing_of_opentelemetry_is_imported_by_a_worker_without_it() -> None:
    program = (
        "import sys, service.runtime.app; print([name for name in sys.modules if name.startswith('opentelemetry')])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

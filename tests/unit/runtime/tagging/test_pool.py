"""What a tagging process is told of its surroundings. The processes themselves are in tests/runtime."""

from __future__ import annotations

from service.runtime.tagging.pool import _harmless


def test_a_tagging_process_gets_no_secret() -> None:
    secret = {
        "WIRETAG_SASL_PASSWORD": "x",
        "wiretag_sasl_password": "x",
        "OTEL_EXPORTER_OTLP_HEADERS": "authorization=x",
    }
    assert _harmless({"PATH": "/bin", "WIRETAG_WORKERS": "2", **secret}) == {"PATH": "/bin", "WIRETAG_WORKERS": "2"}

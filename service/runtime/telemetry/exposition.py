"""What a scraper gets of a registry, in the format that it asks for."""

from __future__ import annotations

from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, CollectorRegistry, generate_latest
from prometheus_client.openmetrics import exposition as openmetrics


def render(registry: CollectorRegistry, accept: str) -> tuple[bytes, str]:
    """Body and content type; OpenMetrics where the ``Accept`` header names it, the plain text format elsewhere."""
    if "application/openmetrics-text" in accept:
        body: bytes = openmetrics.generate_latest(registry)  # type: ignore[no-untyped-call]
        return body, openmetrics.CONTENT_TYPE_LATEST
    return generate_latest(registry), CONTENT_TYPE_PLAIN_0_0_4

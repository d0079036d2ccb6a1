"""What the tagging processes do in production. Only they import this."""

from __future__ import annotations

from service.codec import Limits
from service.pipeline import Tagger
from service.settings import Settings


def load(settings: Settings) -> Tagger:
    """Takes seconds. Raises PipelineUnavailable."""
    return Tagger(settings.pipeline, Limits.of(settings))

"""The stage, and how long the play is: short within ``make test``, long behind ``make chaos``."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.chaos.stage import Stage


@pytest.fixture
def events() -> int:
    """How many events are the load of one test."""
    return int(os.environ.get("WIRETAG_CHAOS_EVENTS", "2000"))


@pytest.fixture
def stage(kafka: Any, topic_prefix: str, tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(kafka, topic_prefix, tmp_path, {})
    yield stage
    stage.end()

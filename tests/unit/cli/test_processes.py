"""A process that ends on its own says why."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.cli.processes import Process
from service.errors import WiretagError
from service.settings import Settings


async def test_one_that_cannot_start_is_told_with_its_last_words(tmp_path: Path) -> None:
    process = Process("nothing-of-the-kind", Settings(), tmp_path)
    with pytest.raises(WiretagError, match=r"(?s)ended with status 2.*No such command"):
        await process.listening()
    process.stop()

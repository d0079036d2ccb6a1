"""The moment in which a cluster has no controller yet."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.errors import KafkaError

from service.runtime.kafka import topics_admin


class Admin:
    """Knows of a controller after so many looks."""

    def __init__(self, looks: float) -> None:
        self.looks = looks
        self._client = SimpleNamespace(cluster=SimpleNamespace(controller=None), force_metadata_update=self.look)

    async def start(self) -> None:
        self.started = True

    async def look(self) -> None:
        self.looks -= 1
        if self.looks <= 0:
            self._client.cluster.controller = "one"


async def test_it_waits_for_a_controller() -> None:
    admin: Any = Admin(2)
    await topics_admin.start(admin)
    assert (admin.started, admin.looks) == (True, 0)


async def test_but_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topics_admin, "PATIENCE", 0.3)
    admin: Any = Admin(float("inf"))
    with pytest.raises(KafkaError, match="no controller"):
        await topics_admin.start(admin)

"""An article is taken back, as a publisher does it and as consumers see it: real worker, real tagger, real Kafka."""

from __future__ import annotations

import asyncio
import json
import os
import runpy
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer

from tests.chaos.stage import Stage

pytestmark = [pytest.mark.kafka, pytest.mark.nlp]

REAL = "service.runtime.tagging.factory:load"
EXAMPLE = Path(__file__).parents[2] / "docs/examples/articles.py"
RETRACTED = b"wiretag.article.retracted.v1"
URL = "https://harbour.example/duties?utm_source=feed"
BODY = "Norway will impose a tariff of 25 percent on imports of steel from Canada from March 12, its government said."
BY_ID = {"id": "harbour.example:1", "title": "Norway announces tariff on steel", "body": BODY}
BY_URL = {"url": URL, "title": "Canada hit by tariff", "body": BODY.replace("25", "10")}


@pytest.fixture
def stage(kafka: Any, topic_prefix: str, tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(kafka, topic_prefix, tmp_path, {"WIRETAG_WORKERS": "1"})
    yield stage
    stage.end()


def publish(stage: Stage, *records: dict[str, Any]) -> None:
    """As the command does it, from standard input."""
    where = ["--bootstrap-servers", stage.kafka.bootstrap_servers, "--topic-prefix", stage.prefix]
    lines = "\n".join(map(json.dumps, records))
    done = subprocess.run(
        [sys.executable, "-m", "service", "publish", *where, "-"],
        input=lines,
        text=True,
        capture_output=True,
        check=False,
        env=os.environ,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert done.stderr.startswith(f"{len(records)} published")
    assert done.stderr.endswith(", 0 refused\n")


class Reader:
    """A topic, read on from where it was left, with the example for consumers."""

    def __init__(self, stage: Stage, stream: str) -> None:
        self._consumer = AIOKafkaConsumer(
            f"{stage.prefix}articles.{stream}",
            bootstrap_servers=stage.kafka.bootstrap_servers,
            isolation_level="read_committed",
            auto_offset_reset="earliest",
        )
        self._articles = runpy.run_path(str(EXAMPLE))["Articles"](":memory:")

    async def __aenter__(self) -> Reader:
        await self._consumer.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._consumer.stop()

    @property
    def articles(self) -> list[str]:
        """The ids of those that the example has now."""
        rows = self._articles.database.execute("SELECT id FROM articles WHERE record IS NOT NULL ORDER BY id")
        return [identifier for (identifier,) in rows]

    async def some(self, count: int) -> list[tuple[str, bytes]]:
        """Key and ``ce_type`` of the next so many, in any order; the example has them then."""
        found = []
        async with asyncio.timeout(90):
            for _ in range(count):
                record = await self._consumer.getone()
                headers = {name: value.decode() for name, value in record.headers}
                assert headers["ce_subject"] == json.loads(record.value)["article"]["id"] == record.key.decode()
                self._articles.apply([(headers, record.value)])
                found.append((record.key.decode(), headers["ce_type"].encode()))
        return sorted(found)


async def test_what_a_publisher_takes_back_is_gone_everywhere(stage: Stage) -> None:
    await stage.create(partitions=1)
    worker = stage.start(REAL)
    async with (
        Reader(stage, "enriched") as enriched,
        Reader(stage, "enriched.tariffs") as tariffs,
        Reader(stage, "enriched.ai-partnerships") as partnerships,
        Reader(stage, "enriched.trade") as trade,
    ):
        await asyncio.to_thread(publish, stage, BY_ID, BY_URL)
        first = [key for key, _ in await enriched.some(2)]
        assert tariffs.articles == []
        assert [key for key, _ in await tariffs.some(2)] == first
        await trade.some(2)  # tariffs imply trade
        by_id, by_url = first
        assert (by_id, by_url[:4]) == (BY_ID["id"], "url:")

        never = {"id": "never.seen:1", "status": "retracted", "body": "x" * 9_000, "metadata": {"why": "error"}, "x": 1}
        retractions = [{"id": BY_ID["id"], "status": "retracted"}, {"url": URL, "status": "retracted"}, never]
        await asyncio.to_thread(publish, stage, *retractions)
        expected = [(key, RETRACTED) for key in (by_id, "never.seen:1", by_url)]
        for reader in (enriched, tariffs, partnerships, trade):
            assert await reader.some(3) == expected
            assert reader.articles == []

        await asyncio.to_thread(publish, stage, BY_ID)
        assert [key for key, _ in await enriched.some(1)] == [by_id]
        await tariffs.some(1)
        assert enriched.articles == tariffs.articles == [by_id]
        assert partnerships.articles == []
    assert worker.terminate() == 0, worker.tail()

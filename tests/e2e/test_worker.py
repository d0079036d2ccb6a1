"""``wiretag worker`` as operators run it: bytes in, bytes out, metrics scraped, SIGTERM."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

pytestmark = [pytest.mark.kafka, pytest.mark.nlp, pytest.mark.timeout(600)]

ALLIANCE = {
    "id": "example.org:1",
    "title": "Microsoft and OpenAI to build an AI model together",
    "body": "Microsoft and OpenAI said on Tuesday that they will jointly develop an artificial intelligence model. "
    "Microsoft will invest US$80 million in the partnership with OpenAI. “We are glad,” said Sam Altman of OpenAI. 🚢 A "
    "second sentence follows the ship.",
    "published_at": "2026-03-03T09:00:00Z",
    "source": {"name": "Example", "domain": "example.org"},
}
TARIFF = {
    "id": "example.org:2",
    "body": "The United States will impose a tariff of 25 percent on imports of steel from Canada from March 12. Canada's "
    "government said it would answer with duties of its own.",
}
GOOD: list[bytes | None] = [
    orjson.dumps(ALLIANCE),
    orjson.dumps(TARIFF),
    orjson.dumps({"id": "example.org:3", "body": "Der Hafen von Hamburg bekommt neue Kräne, teilte die Behörde mit."}),
    orjson.dumps({"url": "https://Example.org/4?utm_source=x", "body": "NUL \0, bell \a and a \u202e mark, kept."}),
    orjson.dumps({"id": "example.org:5", "body": "An impossible date.", "published_at": "2026-02-31"}),
    orjson.dumps({"id": "example.org:2", "status": "retracted"}),
]
BAD = {
    "not UTF-8": b'{"id": "b1", "body": "caf\xe9"}',
    "not JSON": b"{id: b2",
    "wrong shape": b'["b3"]',
    "wrong type": b'{"id": "b4", "body": 5}',
    "no body": b'{"id": "b5"}',
    "blank body": b'{"id": "b6", "body": " \\n "}',
    "no id, no url": b'{"body": "Who am I?"}',
    "body too long": b'{"id": "b8", "body": "' + b"x " * 250_001 + b'"}',
    "nested absurdly": b'{"id": "b9", "body": "b", "metadata": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001,
    "lone surrogate": b'{"id": "b10", "body": "half \\ud83d of it"}',
}


@pytest.fixture
def environment(kafka: Any, topic_prefix: str) -> dict[str, str]:
    return {
        **os.environ,
        "WIRETAG_BOOTSTRAP_SERVERS": kafka.bootstrap_servers,
        "WIRETAG_TOPIC_PREFIX": topic_prefix,
        "WIRETAG_GROUP_ID": f"{topic_prefix}group",
        "WIRETAG_WORKERS": "2",
        "WIRETAG_WEB_PORT": "0",
        "WIRETAG_LOG_FORMAT": "json",
    }


class Service:
    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self._log = log
        with log.open("wb") as stream:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "service", "worker"], env=environment, stderr=stream, stdout=stream
            )

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(self._site() + path, timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()

    async def ready(self) -> None:
        async with asyncio.timeout(180):
            while not self._site() or self.get("/readyz")[0] != 200:
                assert self.process.poll() is None, self._log.read_text()
                await asyncio.sleep(0.2)

    def _site(self) -> str:
        lines = [json.loads(line) for line in self._log.read_text().splitlines() if line.startswith("{")]
        told = [line["message"].split()[-1] for line in lines if "metrics and health on" in line["message"]]
        return told[0] if told else ""


@contextmanager
def running(environment: dict[str, str], log: Path) -> Iterator[Service]:
    service = Service(environment, log)
    try:
        yield service
    finally:
        service.process.kill()
        service.process.wait()


async def publish(kafka: Any, topic: str, values: list[bytes | None]) -> None:
    async with AIOKafkaProducer(
        bootstrap_servers=kafka.bootstrap_servers, max_request_size=4 * 1024 * 1024
    ) as producer:
        for value in values:
            await producer.send_and_wait(topic, value, b"key")


async def records(kafka: Any, topic: str, count: int) -> AsyncIterator[Any]:
    """The first so many of a topic, all in partition order."""
    async with AIOKafkaConsumer(
        bootstrap_servers=kafka.bootstrap_servers,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=16 * 1024 * 1024,
    ) as consumer:
        partitions = await consumer._client._wait_on_metadata(topic)
        consumer.assign([TopicPartition(topic, partition) for partition in partitions])
        async with asyncio.timeout(120):
            while count > 0:
                for batch in (await consumer.getmany(timeout_ms=500)).values():
                    for record in batch:
                        count -= 1
                        yield record


async def test_good_and_bad_events_each_have_their_one_outcome(
    kafka: Any, topic_prefix: str, environment: dict[str, str], tmp_path: Path
) -> None:
    with running(environment, tmp_path / "log") as service:
        await service.ready()
        assert service.get("/healthz")[0] == 200
        await publish(kafka, f"{topic_prefix}articles.raw", [*GOOD, *BAD.values(), None, GOOD[-1]])
        enriched = [record async for record in records(kafka, f"{topic_prefix}articles.enriched", len(GOOD))]
        dead = [record async for record in records(kafka, f"{topic_prefix}articles.dead", len(BAD))]
        alliances = [r.key async for r in records(kafka, f"{topic_prefix}articles.enriched.ai-partnerships", 2)]
        tariffs = [r.key async for r in records(kafka, f"{topic_prefix}articles.enriched.tariffs", 2)]
        metrics = await counted(service, "unchanged", 1)
        service.process.terminate()
        assert service.process.wait(25) == 0

    check_enriched(enriched)
    assert {record.value for record in dead} == set(BAD.values())
    assert {record.key for record in dead} == {b"key"}
    assert all(dict(record.headers)["wiretag_reason"] for record in dead)
    assert sorted(alliances) == [b"example.org:1", b"example.org:2"]  # the retraction goes to every theme
    assert tariffs == [b"example.org:2", b"example.org:2"]
    assert 'wiretag_outcomes_total{outcome="enriched"} 5.0' in metrics
    assert 'wiretag_outcomes_total{outcome="retracted"} 1.0' in metrics
    assert f'wiretag_outcomes_total{{outcome="dead"}} {len(BAD)}.0' in metrics
    assert 'wiretag_outcomes_total{outcome="tombstone"} 1.0' in metrics


def check_enriched(enriched: list[Any]) -> None:
    for record in enriched:
        value = orjson.loads(record.value)
        assert record.key.decode() == value["article"]["id"]
        for entity in value.get("entities", ()):
            for mention in entity["mentions"]:
                text = value["article"][mention["field"]]
                assert text[mention["start"] : mention["end"]] == mention["text"]
    (alliance,) = [orjson.loads(record.value) for record in enriched if record.key == b"example.org:1"]
    assert alliance["article"]["body"] == ALLIANCE["body"]
    assert "Microsoft" in {entity["name"] for entity in alliance["entities"]}
    assert alliance["processing"]["source"]["topic"].endswith("articles.raw")


async def counted(service: Service, outcome: str, least: int) -> str:
    """The metrics, as soon as they count so many."""
    wanted = f'wiretag_outcomes_total{{outcome="{outcome}"}} {least}.0'
    async with asyncio.timeout(30):
        while wanted not in (metrics := service.get("/metrics")[1]):  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.2)
    return metrics

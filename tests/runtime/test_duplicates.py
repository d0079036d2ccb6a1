"""``wiretag duplicates`` on a real Kafka: every enriched record is considered once, whatever ends the process."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupCoordinatorNotAvailableError

from service import codec
from service.codec import Limits, Versions, duplicates
from service.duplicates import Stories
from service.fingerprint import fingerprint
from service.model import Article, Enriched, Enrichment, Language, Outcome, RawEvent, Retracted, Sighting
from service.runtime.kafka import topics_admin
from service.settings import Settings

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]

PATIENCE = 60.0
HOUR = 3_600_000
BEGAN = int(time.time()) * 1000 - 800 * HOUR  # within the topics' retention
WORDS = [f"word{number}" for number in range(3000)]
Json = dict[str, Any]


def text(seed: int, words: int = 120) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=words))


@dataclass
class Outlets:
    """Writes enriched records as the worker does, and reads what is decided."""

    settings: Settings
    sent: dict[str, RawEvent] = field(default_factory=dict)  # enriched records, by their place

    async def send(self, *articles: tuple[str, float, str | None]) -> None:
        """Id, hours after ``BEGAN``, body (None: a retraction)."""
        topic = self.settings.topic("enriched")
        sending = []
        async with AIOKafkaProducer(
            bootstrap_servers=self.settings.bootstrap_servers, enable_idempotence=True
        ) as producer:
            for number, (identifier, hour, body) in enumerate(articles, len(self.sent)):
                when = BEGAN + int(hour * HOUR)
                message = enriched(identifier, when, body, number)
                headers = list(message.headers)
                stored = await producer.send(topic, message.value, message.key, headers=headers, timestamp_ms=when)
                sending.append((stored, RawEvent(topic, 0, 0, when, message.key, message.value, message.headers)))
            for stored, event in sending:
                at = await stored
                self.sent[f"{topic}/{at.partition}/{at.offset}"] = replace(
                    event, partition=at.partition, offset=at.offset
                )

    def partitions(self, *identifiers: str) -> set[int]:
        return {event.partition for event in self.sent.values() if (event.key or b"").decode() in identifiers}

    async def decided(self, enriched: int) -> list[Json]:
        """Every record, in the order of each partition, once so many enriched records are settled."""
        await self.settled(enriched)
        topic = self.settings.topic("duplicates")
        async with AIOKafkaConsumer(
            bootstrap_servers=self.settings.bootstrap_servers, isolation_level="read_committed"
        ) as consumer:
            wheres = [TopicPartition(topic, number) for number in await consumer._client._wait_on_metadata(topic)]
            ends = await consumer.end_offsets(wheres)
            consumer.assign(wheres)
            await consumer.seek_to_beginning()
            found: list[Json] = []
            while [where for where in wheres if await consumer.position(where) < ends[where]]:
                for records in (await consumer.getmany(timeout_ms=500)).values():
                    found += [_decided(record) for record in records]
        return found

    async def standings(self, enriched: int) -> dict[str, Json]:
        """The newest of each article."""
        return {one["id"]: one for one in await self.decided(enriched)}

    async def settled(self, enriched: int) -> None:
        """Waits until the group's position says that so many are."""
        group = f"{self.settings.group_id}-duplicates"
        admin = AIOKafkaAdminClient(bootstrap_servers=self.settings.bootstrap_servers)
        await admin.start()
        async with asyncio.timeout(PATIENCE):
            while await _position(admin, group) < enriched:  # noqa: ASYNC110 - there is no event to wait for
                await asyncio.sleep(0.02)
        await admin.close()


async def _position(admin: AIOKafkaAdminClient, group: str) -> int:
    """Records settled: the test writes without transactions, so that offsets are records."""
    try:
        return sum(one.offset for one in (await admin.list_consumer_group_offsets(group)).values())
    except GroupCoordinatorNotAvailableError:  # the first group that the brokers ever see
        return 0


def _decided(record: Any) -> Json:
    headers = {name: value.decode() for name, value in record.headers}
    value: Json = json.loads(record.value)
    assert record.key.decode() == headers["ce_subject"] == value["id"]
    return {**value, "cause": headers["ce_id"].removesuffix(f":{value['id']}")}


def enriched(identifier: str, when: int, body: str | None, number: int) -> Any:
    raw = RawEvent("articles.raw", 0, number, when, identifier.encode(), b"")
    outcome: Outcome = Retracted(identifier)
    if body is not None:
        passthrough = {"source": {"domain": identifier.partition("/")[0]}}
        tags = Enrichment(Language("en", 1.0), (), (), (), (), (), fingerprint(body), {})
        outcome = Enriched(Article(identifier, body, passthrough=passthrough), tags)
    return codec.encode(raw, outcome, Versions("pipeline", "taxonomy"), Limits()).messages[0]


class Process:
    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self._log = log
        with log.open("ab") as stream:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "service", "duplicates"], env=environment, stdout=stream, stderr=stream
            )
        self._already = log.stat().st_size

    def get(self, path: str) -> tuple[int, str]:
        """Status and body; 0 where nobody listens."""
        told = [line.split()[-1] for line in self.said().splitlines() if "metrics and health on" in line]
        if not told:
            return 0, ""
        try:
            with urllib.request.urlopen(told[-1] + path, timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()
        except OSError:
            return 0, ""

    def said(self) -> str:
        return self._log.read_text()

    async def ready(self) -> None:
        async with asyncio.timeout(PATIENCE):
            while self.get("/readyz")[0] != 200:
                assert self.process.poll() is None, self.said()
                await asyncio.sleep(0.1)

    async def metric(self, line: str) -> None:
        """Waits until it is shown."""
        async with asyncio.timeout(PATIENCE):
            while line not in self.get("/metrics")[1].splitlines():
                assert self.process.poll() is None, self.said()
                await asyncio.sleep(0.1)

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


class Start:
    """Starts processes that end with the test."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self._environment = {
            **os.environ,
            "WIRETAG_BOOTSTRAP_SERVERS": settings.bootstrap_servers,
            "WIRETAG_TOPIC_PREFIX": settings.topic_prefix,
            "WIRETAG_GROUP_ID": settings.group_id,
            "WIRETAG_DUPLICATES_PORT": "0",
        }
        self._folder = folder
        self.processes: list[Process] = []

    def __call__(self, **variables: str) -> Process:
        log = self._folder / f"log{len(self.processes)}"
        self.processes.append(Process({**self._environment, **variables}, log))
        return self.processes[-1]


@pytest.fixture
async def outlets(kafka: Any, topic_prefix: str) -> Outlets:
    settings = Settings(
        bootstrap_servers=kafka.bootstrap_servers, topic_prefix=topic_prefix, group_id=f"{topic_prefix}g"
    )
    await topics_admin.create(settings)
    return Outlets(settings)


@pytest.fixture
def start(outlets: Outlets, tmp_path: Path) -> Iterator[Start]:
    starting = Start(outlets.settings, tmp_path)
    yield starting
    for one in starting.processes:
        one.process.kill()
        one.process.wait()


async def test_a_story_is_found_across_partitions_and_sources_and_taken_back(outlets: Outlets, start: Start) -> None:
    wire, other = text(1), text(2)
    process = start()
    await outlets.send(("agency.example/1", 0, wire), ("paper.example/1", 1, wire), ("paper.example/2", 1, other))
    await outlets.send(("radio.example/1", 2, wire + " and a line of its own"), ("radio.example/2", 2, "Too short."))
    assert len(outlets.partitions("agency.example/1", "paper.example/1", "radio.example/1")) > 1
    await process.ready()
    found = await outlets.standings(5)
    assert {one: (record["status"], record["story"], record["kind"]) for one, record in found.items()} == {
        "agency.example/1": ("original", "agency.example/1", None),
        "paper.example/1": ("duplicate", "agency.example/1", "exact"),
        "radio.example/1": ("duplicate", "agency.example/1", "near"),
        "paper.example/2": ("original", "paper.example/2", None),
        "radio.example/2": ("unchecked", "radio.example/2", None),
    }
    assert found["radio.example/1"]["original"]["domain"] == "agency.example"

    await outlets.send(("agency.example/1", 3, None))
    found = await outlets.standings(6)
    assert found["agency.example/1"]["status"] == "retracted"
    assert found["paper.example/1"]["status"] == "original"
    assert found["radio.example/1"]["duplicate_of"] == "paper.example/1"
    await process.metric('wiretag_duplicates_records_total{outcome="retracted"} 1.0')
    await process.metric("wiretag_duplicates_moved_total 2.0")
    await process.metric("wiretag_duplicates_articles 5.0")
    assert process.stop() == 0


def many(count: int) -> list[tuple[str, float, str | None]]:
    """Texts and their beginnings, told by many, in many versions, some taken back; 200 hours of them."""
    chance = random.Random(7)
    stories = [text(seed) for seed in range(40)]
    made: list[tuple[str, float, str | None]] = []
    for number in range(count):
        words = chance.choice(stories).split()
        body = " ".join(words[: chance.randint(40, 120)]) if number % 25 else None
        made.append((f"outlet{number % 40}.example/{number % (count * 3 // 4)}", number * 200 / count, body))
    return made


async def test_killed_at_any_moment_it_decides_as_if_it_had_not_been(outlets: Outlets, start: Start) -> None:
    articles = many(1200)
    for sent in (300, 700, 1200):
        await outlets.send(*articles[len(outlets.sent) : sent])
        process = start()
        await outlets.settled(sent - 200)  # a transaction has 256 records at most: it is in the middle of its work
        process.stop(signal.SIGKILL)
    last = start()
    found = await outlets.decided(len(articles))
    assert last.stop() == 0

    causes = Counter((one["cause"], one["id"]) for one in found)
    assert max(causes.values()) == 1
    assert {(place, (event.key or b"").decode()) for place, event in outlets.sent.items()} <= causes.keys()
    assert newest(found) == undisturbed(outlets.sent.values())


def newest(found: Iterable[Json]) -> dict[str, Json]:
    return {
        one["id"]: {name: value for name, value in one.items() if name not in ("cause", "processing")} for one in found
    }


def undisturbed(events: Iterable[RawEvent]) -> dict[str, Json]:
    """What one process decides that nothing happens to."""
    stories = Stories(72 * HOUR, 100_000)
    found: dict[str, Json] = {}
    for event in events:
        sighting = duplicates.sight(event)
        assert isinstance(sighting, Sighting)
        for standing in stories.consider(sighting).standings:
            found[standing.id] = json.loads(duplicates.write(standing, sighting, "t").value or b"")
    assert {one["status"] for one in found.values()} == {"original", "duplicate", "retracted"}
    return newest(found.values())


async def test_a_second_process_takes_over_and_the_first_says_so(outlets: Outlets, start: Start) -> None:
    await outlets.send(("agency.example/1", 0, text(1)))
    first = start()
    await outlets.decided(1)
    second = start()
    await second.ready()
    await outlets.send(("paper.example/1", 1, text(1)))
    found = await outlets.decided(2)
    assert {one["id"]: one["status"] for one in found} == {
        "agency.example/1": "original",
        "paper.example/1": "duplicate",
    }
    assert first.process.wait(PATIENCE) == 1
    assert "another process has taken over" in first.said().splitlines()[-1]
    assert second.stop() == 0


async def test_memory_is_bounded_and_says_so(outlets: Outlets, start: Start) -> None:
    process = start(WIRETAG_DUPLICATES_ARTICLES="1000")
    await process.ready()
    await outlets.send(*((f"outlet.example/{number}", number / 60, text(number)) for number in range(1300)))
    await outlets.decided(1300)
    await process.metric("wiretag_duplicates_articles 1000.0")
    await process.metric('wiretag_duplicates_evicted_total{cause="memory"} 300.0')
    assert process.stop() == 0


async def test_a_position_that_an_operator_set_starts_with_an_empty_memory(outlets: Outlets, start: Start) -> None:
    await outlets.send(("agency.example/1", 0, text(1)), ("paper.example/1", 1, text(1)))
    process = start()
    before = await outlets.decided(2)
    assert process.stop() == 0
    async with AIOKafkaConsumer(
        bootstrap_servers=outlets.settings.bootstrap_servers, group_id=f"{outlets.settings.group_id}-duplicates"
    ) as consumer:
        topic = outlets.settings.topic("enriched")
        every = [TopicPartition(topic, number) for number in await consumer._client._wait_on_metadata(topic)]
        consumer.assign(every)
        await consumer.commit(dict.fromkeys(every, 0))
    process = start()
    after = await outlets.decided(2)
    assert process.stop() == 0
    assert len(before) == 2
    assert sorted(after, key=str) == sorted([*before, *before], key=str)

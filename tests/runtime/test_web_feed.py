"""The feed on a real Kafka: what is committed, the last hour after a restart, and coming back by itself."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable

import pytest
from aiokafka import AIOKafkaProducer

from service.runtime.embedded.broker import EmbeddedKafka
from service.runtime.kafka import topics_admin
from service.runtime.web import feed as feeds
from service.runtime.web.feed import Feed
from service.runtime.web.metrics import WebMetrics
from service.settings import Settings
from tests.unit.records import record

pytestmark = pytest.mark.kafka


@pytest.fixture
def settings(kafka: EmbeddedKafka, topic_prefix: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(feeds, "AGAIN", 0.2)
    return Settings(bootstrap_servers=kafka.bootstrap_servers, topic_prefix=topic_prefix)


@pytest.fixture
async def running() -> AsyncIterator[Callable[[Settings], Feed]]:
    """Feeds that run until the end of the test."""
    tasks = []

    def start(settings: Settings) -> Feed:
        feed = Feed(settings, WebMetrics())
        tasks.append(asyncio.create_task(feed.run()))
        return feed

    yield start
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not holds():  # noqa: ASYNC110 - there is no event to wait for
            await asyncio.sleep(0.05)


async def publish(settings: Settings, *records: tuple[str, str, bytes, float], commit: bool = True) -> None:
    """Stream, key, value, and the age in seconds, in one transaction as the worker's."""
    producer = AIOKafkaProducer(bootstrap_servers=settings.bootstrap_servers, transactional_id=settings.topic_prefix)
    await producer.start()
    await producer.begin_transaction()
    for stream, key, value, ago in records:
        await producer.send(
            settings.topic(stream), value, key.encode(), timestamp_ms=int((time.time() - ago) * 1000),
            headers=[("ce_time", b"2026-03-10T00:00:00.000Z"), ("wiretag_reason", b"not_json")],
        )  # fmt: skip
    await (producer.commit_transaction() if commit else producer.abort_transaction())
    await producer.stop()


def enriched(identifier: str) -> bytes:
    return json.dumps(record(article={"id": identifier, "title": identifier.upper(), "body": ""})).encode()


def retracted(identifier: str) -> bytes:
    return json.dumps({"status": "retracted", "article": {"id": identifier}}).encode()


def ids(feed: Feed) -> set[str]:
    return {item.id for item in feed.recent.select() if item.value}


async def test_it_waits_for_topics_reads_what_is_committed_and_knows_the_hour_after_a_restart(
    settings: Settings, running: Callable[[Settings], Feed]
) -> None:
    feed = running(settings)
    await until(lambda: "missing" in feed.trouble)
    await topics_admin.create(settings)
    await until(lambda: not feed.trouble)
    assert ids(feed) == set()

    await publish(settings, ("enriched", "undone", enriched("undone"), 0), commit=False)
    await publish(
        settings,
        ("enriched", "new", enriched("new"), 0),
        ("enriched", "old", enriched("old"), 7200),
        ("enriched", "gone", enriched("gone"), 60),
        ("dead", "bad", b"{", 0),
    )
    await publish(settings, ("enriched", "gone", retracted("gone"), 0))
    await until(lambda: feed.recent.hour(time.time()).retracted == 1 and len(ids(feed)) == 2)

    again = running(settings)
    await until(lambda: not again.trouble)
    for one in (feed, again):
        assert ids(one) == {"new", "old"}, "an article of a quiet day is shown, however old"
        hour = one.recent.hour(time.time())
        assert (hour.articles, hour.retracted, hour.dead) == (2, 1, (("not_json", 1),))
        assert dict(hour.themes)["trade"] == 2


async def test_brokers_that_are_away_are_told(settings: Settings, running: Callable[[Settings], Feed]) -> None:
    feed = running(settings.model_copy(update={"bootstrap_servers": "127.0.0.1:1"}))
    await until(lambda: "127.0.0.1:1" in feed.trouble)

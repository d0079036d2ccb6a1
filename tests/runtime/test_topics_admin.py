"""Topics on a real broker: made as the catalogue says, left alone when they exist, every difference told."""

from __future__ import annotations

import asyncio
import re

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from service.errors import BrokerUnavailable, TopicsMismatch
from service.runtime.embedded.broker import EmbeddedKafka
from service.runtime.kafka import topics_admin
from service.settings import Settings, load

pytestmark = pytest.mark.kafka


@pytest.fixture
def settings(kafka: EmbeddedKafka, topic_prefix: str) -> Settings:
    return load(bootstrap_servers=kafka.bootstrap_servers, topic_prefix=topic_prefix)


async def _make(settings: Settings, *topics: NewTopic) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.bootstrap_servers)
    await admin.start()
    await admin.create_topics(list(topics))
    while not {topic.name for topic in topics} <= set(await admin.list_topics()):  # noqa: ASYNC110
        await asyncio.sleep(0.1)
    await admin.close()


async def test_all_are_created_once_and_then_right(settings: Settings) -> None:
    created = await topics_admin.create(settings)
    assert {name.removeprefix(settings.topic_prefix) for name in created} >= {
        "articles.raw",
        "articles.enriched",
        "articles.enriched.tariffs",
        "articles.dead",
    }
    await topics_admin.check(settings)
    assert await topics_admin.create(settings) == []


async def test_two_who_create_at_once_both_succeed(settings: Settings) -> None:
    first, second = await asyncio.gather(topics_admin.create(settings), topics_admin.create(settings))
    assert sorted(first + second) == sorted(topics_admin.wanted(settings))
    await topics_admin.check(settings)


async def test_every_difference_is_told_with_what_to_do(settings: Settings) -> None:
    raw, enriched = f"{settings.topic_prefix}articles.raw", f"{settings.topic_prefix}articles.enriched"
    smaller = {"max.message.bytes": "1000", "retention.ms": "-1", "cleanup.policy": "delete"}
    larger = {"max.message.bytes": "33554432", "retention.ms": "-1", "cleanup.policy": "delete,compact"}
    await _make(settings, NewTopic(raw, 2, 1, topic_configs=smaller), NewTopic(enriched, 13, 1, topic_configs=larger))
    with pytest.raises(TopicsMismatch) as told:
        await topics_admin.check(settings)
    message = str(told.value)
    assert re.search(r"articles\.raw: 2 partitions, 12 wanted; .*--partitions 12", message)
    assert re.search(r"articles\.raw: max\.message\.bytes is 1000, 4194304 wanted", message)
    assert "articles.raw: retention.ms" not in message, "longer than wanted serves"
    assert re.search(r"articles\.enriched: min\.compaction\.lag\.ms is 0", message)
    assert "articles.enriched: cleanup.policy" not in message, "the same in another order"
    assert re.search(r"articles\.dead: missing; `wiretag topics create`", message)


async def test_a_worker_creates_what_is_missing_and_lives_with_what_differs(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    await _make(settings, NewTopic(f"{settings.topic_prefix}articles.raw", 2, 1))
    await topics_admin.prepare(settings)
    assert "articles.raw: 2 partitions, 12 wanted" in caplog.text
    assert f"{settings.topic_prefix}articles.raw" not in await topics_admin.create(settings)


async def test_a_name_that_kafka_refuses_is_an_error_in_words(settings: Settings) -> None:
    endless = settings.model_copy(update={"topic_prefix": "x" * 240})
    with pytest.raises(TopicsMismatch, match=r"cannot be created: .*249"):
        await topics_admin.create(endless)


async def test_no_broker_is_an_error_in_words() -> None:
    with pytest.raises(BrokerUnavailable, match=r"127\.0\.0\.1:9"):
        await topics_admin.check(load(bootstrap_servers="127.0.0.1:9"))

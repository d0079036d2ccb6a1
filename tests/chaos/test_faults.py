"""Nothing lost, nothing doubled: each fault under load, judged by a read_committed consumer."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from typing import Any

import orjson
import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from tests.chaos.stage import Stage, Worker, articles

pytestmark = [pytest.mark.kafka, pytest.mark.chaos, pytest.mark.timeout(900)]

PER_SECOND = 500.0
REAL = "service.runtime.tagging.factory:load"


def backlog(events: int) -> list[dict[str, Any]]:
    """Some of them slow, so that the work is not done before the fault comes."""
    made = articles(events)
    for number in range(0, min(events, 2400), 8):
        made[number]["body"] += " #slow"
    return made


async def under_load(stage: Stage, events: int) -> asyncio.Task[int]:
    """Half of the events are there before the fault, the others come while it happens."""
    await stage.publish(backlog(events // 2))
    return asyncio.create_task(stage.publish(articles(events - events // 2, events // 2), PER_SECOND))


async def some_outcomes(stage: Stage, least: int, worker: Worker | None = None) -> None:
    """The service is well on its way."""
    while True:
        if worker:
            worker.alive()
        ledger = await stage.settled(0)
        if len(ledger.outcomes) >= least:
            return
        await asyncio.sleep(0.2)


async def test_worker_killed_three_times(stage: Stage, events: int) -> None:
    await stage.create()
    load = await under_load(stage, events)
    for _ in range(3):
        worker = stage.start()
        before = len((await stage.settled(0)).outcomes)
        await some_outcomes(stage, min(before + 200, events), worker)
        worker.kill()
    stage.start()
    await load
    await stage.check()


async def test_tagging_processes_killed(stage: Stage, events: int) -> None:
    await stage.create()
    load = await under_load(stage, events)
    worker = stage.start()
    for count in range(1, 6):
        await some_outcomes(stage, 100 * count, worker)
        if tagging := worker.tagging:
            random.choice(tagging).kill()
    await load
    await stage.check(worker=worker)
    assert "replacing it" in worker.tail(100_000)


@pytest.mark.nlp
async def test_the_real_tagger_killed(stage: Stage) -> None:
    """The worker, and a tagging process, with the shipped pipeline instead of a cheap one."""
    await stage.create()
    body = "Canada imposed a 25 percent tariff on steel imports from Norway on Tuesday. Norway will retaliate. #tariffs"
    await stage.publish(articles(600, body=body))
    first = stage.start(REAL)
    await some_outcomes(stage, 50, first)
    first.kill()
    second = stage.start(REAL)
    await some_outcomes(stage, 150, second)
    random.choice(second.tagging).kill()
    await stage.check(worker=second)


async def test_second_worker_joins_and_leaves(stage: Stage, events: int) -> None:
    await stage.create()
    load = await under_load(stage, events)
    first = stage.start()
    await some_outcomes(stage, 100, first)
    second = stage.start()
    await asyncio.sleep(5)
    assert second.terminate() == 0, second.tail()
    third = stage.start()
    await asyncio.sleep(5)
    third.kill()
    await load
    await stage.check(worker=first)


async def test_frozen_worker_wakes_after_its_partitions_went_to_another(stage: Stage, events: int) -> None:
    await stage.create()
    load = await under_load(stage, events)
    frozen = stage.start()
    await some_outcomes(stage, 100, frozen)
    frozen.signal(signal.SIGSTOP)
    other = stage.start()
    await some_outcomes(stage, events // 2 + 100, other)
    frozen.signal(signal.SIGCONT)
    await stage.publish(articles(events // 4, 2 * events), PER_SECOND)
    await load
    await stage.check(worker=other)


async def test_broker_stopped_and_started(stage: Stage, events: int) -> None:
    await stage.create()
    await stage.publish(backlog(events))
    worker = stage.start()
    await some_outcomes(stage, 100, worker)
    stage.kafka.stop()
    try:
        await asyncio.sleep(5)
    finally:
        stage.kafka.start()
    await stage.publish(articles(events // 4, events))
    await stage.check(within=180, worker=worker)


async def test_broker_frozen_beyond_the_transaction_timeout(stage: Stage, events: int) -> None:
    await stage.create()
    await stage.publish(backlog(events))
    worker = stage.start()
    await some_outcomes(stage, 100, worker)
    broker = stage.kafka.pid
    os.kill(broker, signal.SIGSTOP)
    try:
        await asyncio.sleep(15)
    finally:
        os.kill(broker, signal.SIGCONT)
    await stage.publish(articles(events // 4, events))
    await stage.check(within=180, worker=worker)


async def test_transaction_left_open_by_a_former_owner(stage: Stage, events: int) -> None:
    await stage.create()
    await stage.publish(articles(events))
    left: list[AIOKafkaProducer] = []
    for partition in range(4):
        producer = stage.producer(transactional_id=f"{stage.group}-{stage.raw}-{partition}")
        await producer.start()
        await producer.begin_transaction()
        await producer.send_and_wait(f"{stage.prefix}articles.enriched", b"never to be seen", b"key")
        left.append(producer)
    worker = stage.start()
    await stage.check(worker=worker)
    for producer in left:
        await producer.stop()


async def test_transactions_of_scrapers(stage: Stage, events: int) -> None:
    """Committed ones leave markers between the events, aborted ones holes, and an open one hides what follows."""
    await stage.create(partitions=2)
    worker = stage.start()
    async with stage.producer(transactional_id=f"{stage.prefix}scraper") as scraper:
        for number in range(0, events // 10, 10):
            await scraper.begin_transaction()
            for article in articles(10, number):
                await scraper.send(stage.raw, str(article).replace("'", '"').encode(), str(number).encode())
            await (scraper.abort_transaction() if number % 3 == 0 else scraper.commit_transaction())
        await scraper.begin_transaction()
        await scraper.send_and_wait(stage.raw, b"not yet", b"open")
        await stage.publish(articles(200, events))
        await asyncio.sleep(3)
        await scraper.abort_transaction()
    await stage.check(worker=worker)


async def test_poison_among_the_events(stage: Stage, events: int) -> None:
    await stage.create()
    bad = dict(zip(range(7, 400, 40), ["#die", "#raise", "#die", "#hang"] * 3, strict=False))
    mixed = articles(events)
    for number, habit in bad.items():
        mixed[number]["body"] += habit
    worker = stage.start()
    await stage.publish(mixed)
    ledger = await stage.check(worker=worker)
    habits = list(bad.values())
    assert ledger.reasons == {
        "worker_died": habits.count("#die"),
        "tagger_failed": habits.count("#raise"),
        "worker_timeout": habits.count("#hang"),
    }


async def test_partitions_added_while_running(stage: Stage, events: int) -> None:
    await stage.create(partitions=1)
    worker = stage.start()
    await stage.publish(articles(events // 4))
    await some_outcomes(stage, 100, worker)
    await stage.add_partitions(5)
    await stage.publish(articles(events, events), PER_SECOND)
    ledger = await stage.check(worker=worker)
    assert {partition for partition, _ in ledger.raw} == {0, 1, 2, 3, 4}


async def test_input_with_holes_from_compaction(stage: Stage, events: int) -> None:
    stage.known = None  # what was read may be gone later
    config = {
        "cleanup.policy": "compact",
        "segment.bytes": str(1024 * 1024),
        "segment.ms": "1000",
        "min.cleanable.dirty.ratio": "0.001",
        "max.compaction.lag.ms": "1000",
    }
    await stage.create(partitions=2, **config)
    sent = 0
    for version in range(6):
        versions = articles(events, body=f"Version {version}. #tariffs" + "x" * 2000)
        sent += await stage.publish(article for number, article in enumerate(versions) if (number + version) % 3)
        await asyncio.sleep(1.2)
    async with asyncio.timeout(120):
        while len((await stage.settled(0)).raw) > 0.8 * sent:
            sent += await stage.publish(articles(2, 9 * events))
            await asyncio.sleep(2)
    await stage.check(worker=stage.start())


async def test_unchanged_and_tombstones_are_counted(stage: Stage) -> None:
    await stage.create(partitions=1)
    worker = stage.start()
    await stage.publish([*articles(50), *articles(50), None, *articles(50, body="Now it says more.")])
    ledger = await stage.check(worker=worker)
    assert len(ledger.outcomes) == 100
    await asyncio.sleep(1)
    metrics = worker.metrics()
    assert 'wiretag_outcomes_total{outcome="unchanged"} 50.0' in metrics
    assert 'wiretag_outcomes_total{outcome="tombstone"} 1.0' in metrics


async def test_letter_larger_than_its_topic_takes(stage: Stage) -> None:
    await stage.create(partitions=1)
    async with stage.admin() as admin:
        topic = ConfigResource(ConfigResourceType.TOPIC, f"{stage.prefix}articles.dead", {"max.message.bytes": "3000"})
        await admin.alter_configs([topic])
    worker = stage.start()
    await stage.publish([*articles(20), b"{" + b"x" * 9_000, *articles(20, 20)])
    ledger = await stage.check(worker=worker)
    assert ledger.reasons == {"not_json": 1}


@pytest.mark.parametrize("codec", ["gzip", "snappy", "lz4", "zstd"])
async def test_compressed_input(stage: Stage, codec: str) -> None:
    await stage.create(partitions=1)
    worker = stage.start()
    async with stage.producer(compression_type=codec) as scraper:
        for article in articles(40):
            await scraper.send(stage.raw, orjson.dumps(article), str(article["id"]).encode())
    ledger = await stage.check(worker=worker)
    assert len(ledger.outcomes) == 40


async def test_output_larger_than_its_topic_takes(stage: Stage) -> None:
    await stage.create(partitions=1)
    mixed = articles(60)
    mixed[17]["body"] = mixed[40]["body"] = "Ü" * 450_000  # 900 kB here, more than its topic takes there
    async with stage.admin() as admin:
        topic = ConfigResource(
            ConfigResourceType.TOPIC, f"{stage.prefix}articles.enriched", {"max.message.bytes": "500000"}
        )
        await admin.alter_configs([topic])
    worker = stage.start()
    await stage.publish(mixed)
    ledger = await stage.check(worker=worker)
    assert ledger.reasons == {"output_too_large": 2}

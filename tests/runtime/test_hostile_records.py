"""What Kafka stores and aiokafka would choke on: each record has its outcome all the same, and so has what follows.

A header whose name is not UTF-8; a batch that is small on the wire and 50 MB in memory.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError, NoError, NotLeaderForPartitionError, for_code
from aiokafka.protocol.produce import ProduceRequest
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy

from service.runtime.embedded.broker import EmbeddedKafka
from service.runtime.kafka import topics_admin
from service.runtime.kafka.reader import Reader
from service.settings import Settings
from tests.chaos.stage import CHEAP, PATIENT, Worker

pytestmark = pytest.mark.kafka
ZSTD = 4
NAME = b"x-\xff\xfe"
GOOD = b'{"id": "fjordposten.example:%d", "body": "The ferry sails again."}'
VALUES = [GOOD % 1, GOOD % 2, b"no article", GOOD % 3]


def batch(values: list[bytes], codec: int = 0) -> bytes:
    """Of four records, the second and the third have the header."""
    builder = _DefaultRecordBatchBuilderPy(2, codec, False, -1, -1, -1, 1 << 30)
    for offset, value in enumerate(values):
        headers = [("xxxx", b"\xff"), ("plain", b"1")] if offset in {1, 2} else []
        builder.append(offset, int(time.time() * 1000), b"key", value, headers)
    builder._buffer = bytearray(bytes(builder._buffer).replace(b"xxxx", NAME))
    return bytes(builder.build())


async def write(settings: Settings, batches: list[bytes]) -> None:
    """Into partition 0. No client lets us: they take names as text."""
    topic = settings.topic("raw")
    client = AIOKafkaClient(bootstrap_servers=settings.bootstrap_servers)
    await client.bootstrap()
    await client._wait_on_metadata(topic)
    for one in batches:
        request = ProduceRequest(None, -1, 10_000, [(topic, [(0, one)])])
        error: type[KafkaError] = NotLeaderForPartitionError  # for a moment, of a topic that is new
        while error is NotLeaderForPartitionError:
            answer = await client.send(client.cluster.leader_for_partition(TopicPartition(topic, 0)), request)
            ((_, ((_, code, *_),)),) = answer.topics
            error = for_code(code)
        assert error is NoError
    await client.close()


async def read(settings: Settings, stream: str, count: int) -> list[tuple[bytes, dict[str, bytes]]]:
    async with AIOKafkaConsumer(
        settings.topic(stream),
        bootstrap_servers=settings.bootstrap_servers,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
    ) as consumer:
        records = [await consumer.getone() for _ in range(count)]
    return [(record.value, dict(record.headers)) for record in records]


async def test_each_record_has_its_outcome(kafka: EmbeddedKafka, topic_prefix: str, tmp_path: Path) -> None:
    group = f"{topic_prefix}group"
    settings = Settings(bootstrap_servers=kafka.bootstrap_servers, topic_prefix=topic_prefix, group_id=group)
    await topics_admin.create(settings)
    await write(settings, [batch(VALUES), batch([b"0" * 50_000_000], ZSTD), batch([GOOD % 4])])

    reader = Reader(settings, settings.topic("raw"))
    stretch = await reader.read(0, 0, 6)
    await reader.stop()
    assert [event.value for event in stretch.events] == [*VALUES, b"", GOOD % 4]
    assert stretch.events[1].headers == (("x-\\xff\\xfe", b"\xff"), ("plain", b"1"))

    named = {
        "bootstrap_servers": kafka.bootstrap_servers,
        "topic_prefix": topic_prefix,
        "group_id": group,
        "workers": "1",
    }
    environment = {**PATIENT, **{f"WIRETAG_{name.upper()}": value for name, value in named.items()}}
    worker = Worker(environment, tmp_path / "log", CHEAP)
    try:
        assert len(await read(settings, "enriched", 4)) == 4
        (unread, why), (letter, headers) = sorted(await read(settings, "dead", 2), key=lambda record: record[0])
    finally:
        worker.kill()
    assert letter == b"no article"
    assert headers["x-\\xff\\xfe"] == b"\xff"
    assert headers["wiretag_reason"] == b"not_json"
    assert unread == b""
    assert why["wiretag_unreadable"].startswith(b"a compressed batch that would take more than")

"""A consumer by hand with librdkafka: batches to a pool of processes, outputs in order, offsets after them."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

from confluent_kafka import Consumer, Producer, TopicPartition

from service.model import Processed, RawEvent
from service.pipeline import Tagger
from service.runtime.tagging import factory
from service.settings import Settings, load

_tagger: Tagger


def prepare(settings: Settings) -> None:
    global _tagger  # noqa: PLW0603 - one a process
    _tagger = factory.load(settings)


def tag(events: Sequence[RawEvent]) -> list[Processed]:
    return _tagger.process(events)


def main() -> None:
    settings = load()
    brokers = {"bootstrap.servers": settings.bootstrap_servers}
    consumer = Consumer(
        {**brokers, "group.id": settings.group_id, "auto.offset.reset": "earliest", "enable.auto.commit": False}
    )
    producer = Producer({**brokers, "linger.ms": 5})
    in_flight: deque[tuple[list[Any], Future[list[Processed]]]] = deque()
    with ProcessPoolExecutor(settings.workers, get_context("spawn"), prepare, (settings,)) as pool:
        list(pool.map(tag, [[]] * settings.workers))  # all have loaded
        consumer.subscribe([f"{settings.topic_prefix}articles.raw"])
        while True:
            if len(in_flight) < 2 * settings.workers and (records := consumer.consume(settings.batch_events, 0.1)):
                in_flight.append((records, pool.submit(tag, [_event(record) for record in records])))
            while in_flight and (in_flight[0][1].done() or len(in_flight) == 2 * settings.workers):
                records, tagged = in_flight.popleft()
                _publish(producer, settings.topic_prefix, tagged.result())
                positions = {record.partition(): record.offset() + 1 for record in records}
                consumer.commit(offsets=[TopicPartition(records[0].topic(), p, o) for p, o in positions.items()])


def _publish(producer: Any, prefix: str, tagged: Sequence[Processed]) -> None:
    for output in (message for processed in tagged for message in processed.messages):
        producer.produce(f"{prefix}articles.{output.stream}", output.value, output.key, headers=list(output.headers))
    producer.flush()


def _event(record: Any) -> RawEvent:
    return RawEvent(record.topic(), record.partition(), record.offset(), 0, record.key(), record.value())


if __name__ == "__main__":
    main()

"""The composition root: every part of the worker is made and joined here. The only module that imports Faust."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import aiokafka
import faust
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from faust.app.base import BootStrategy
from faust.transport.drivers import aiokafka as driver

from service.runtime.kafka import clients
from service.runtime.kafka.reader import Reader
from service.runtime.stream.agent import Partitions, read
from service.runtime.stream.dispatch import Dispatcher
from service.runtime.stream.inflight import InFlight
from service.runtime.stream.life import Life
from service.runtime.stream.line import Job
from service.runtime.stream.partition import Partition, Shared
from service.runtime.stream.watch import Watch
from service.runtime.tagging.pool import TAGGER, Pool
from service.runtime.telemetry import logs
from service.runtime.telemetry.metrics import Metrics
from service.settings import Settings

QUEUE_EVENTS = 32  # between Faust's consumer and its agent; what may be in memory is InFlight's to say
FETCH_BYTES = 256 * 1024  # of one partition at a time; Faust's default of 1 MB stalls
POLL_INTERVAL = 24 * 3600.0  # seconds: back-pressure is no reason to leave the group, the watchdog is there for stalls
METADATA_AGE = 15.0  # seconds until partitions that were added are seen


def run_worker(settings: Settings, *, tagger: str = TAGGER) -> int:
    """Runs the service until SIGTERM or SIGINT: exit status 0. Raises WiretagError, among them Stalled.

    ``tagger`` names the factory of the tagging processes, ``module:name``.
    """
    logs.configure(settings)
    if settings.log_level != "DEBUG":
        for chatty in ("faust", "mode", "aiokafka"):
            logging.getLogger(chatty).setLevel(logging.WARNING)
    metrics = Metrics()
    dispatcher = Dispatcher(settings.workers, settings.batch_events)
    pool: Pool[Job] = Pool(settings, dispatcher, metrics.worker_restarted, tagger)  # before there are threads
    return asyncio.run(_serve(settings, metrics, dispatcher, pool))


async def _serve(settings: Settings, metrics: Metrics, dispatcher: Dispatcher, pool: Pool[Job]) -> int:
    topic = settings.topic("raw")
    in_flight = InFlight(settings.max_in_flight)
    reader = Reader(settings, topic)
    life = Life(settings, metrics, pool, reader)
    shared = Shared(settings, topic, reader, dispatcher, in_flight, metrics, pool.kick, life.aside)
    partitions = Partitions(lambda number: Partition(number, shared), metrics)
    watch = Watch(partitions, reader, in_flight, metrics, settings.stall_timeout)
    app = create_app(settings, topic, partitions, in_flight)
    return await life.run(app, partitions, watch)


def create_app(settings: Settings, topic: str, partitions: Partitions, in_flight: InFlight) -> faust.App:
    """A Faust app with one agent that hands the raw events of ``topic`` to ``partitions``. It has no web server, no
    tables, declares no topics and commits nothing.
    """
    app = _App(
        settings.group_id,
        broker="kafka://as-the-settings-say",
        autodiscover=False,
        web_enabled=False,
        topic_disable_leader=True,
        topic_allow_declare=False,
        stream_buffer_maxsize=QUEUE_EVENTS,
        broker_session_timeout=settings.session_timeout,
        loop=asyncio.get_running_loop(),
    )
    app.consumer_arguments = _consumer_arguments(settings)
    raw = app.topic(topic, key_serializer="raw", value_serializer="raw", acks=False)

    @app.agent(raw, concurrency=1, name="articles")  # type: ignore[untyped-decorator]
    async def articles(stream: Any) -> None:
        await read(stream, partitions, in_flight)

    @app.on_partitions_revoked.connect  # type: ignore[untyped-decorator]
    async def revoked(*_: Any, **__: Any) -> None:
        partitions.rebalancing()

    @app.on_partitions_assigned.connect  # type: ignore[untyped-decorator]
    async def assigned(_: Any, assigned: Any, **__: Any) -> None:
        partitions.assign({where.partition for where in assigned})

    return app


def _consumer_arguments(settings: Settings) -> dict[str, Any]:
    """Faust's own would read uncommitted records, and know no static membership."""
    return {
        **clients.connection(settings),
        "group_id": settings.group_id,
        "group_instance_id": settings.group_instance_id,
        "partition_assignment_strategy": [RoundRobinPartitionAssignor],
        "isolation_level": "read_committed",
        "enable_auto_commit": False,
        "auto_offset_reset": "earliest",
        "session_timeout_ms": int(settings.session_timeout * 1000),
        "heartbeat_interval_ms": int(settings.session_timeout * 1000 / 5),
        "rebalance_timeout_ms": int(max(settings.session_timeout, 30.0) * 1000),
        "max_poll_interval_ms": int(POLL_INTERVAL * 1000),
        "max_partition_fetch_bytes": FETCH_BYTES,
        "metadata_max_age_ms": int(METADATA_AGE * 1000),
    }


class _Thread(driver.AIOKafkaConsumerThread):  # type: ignore[misc]
    logger = logging.getLogger("faust")

    def _create_worker_consumer(self, transport: Any) -> aiokafka.AIOKafkaConsumer:
        consumer = aiokafka.AIOKafkaConsumer(**self.app.consumer_arguments)
        clients.patient(consumer._client)
        return consumer


class _Consumer(driver.Consumer):  # type: ignore[misc]
    """Reads what is committed, blocks instead of pausing, never commits."""

    logger = logging.getLogger("faust")

    def _new_consumer_thread(self) -> _Thread:
        return _Thread(self, loop=self.loop, beacon=self.beacon)

    def on_buffer_full(self, _tp: Any) -> None:
        """Trap: Faust would pause the partition here, and sleep a second whenever all of them are paused."""

    async def commit(self, *_: Any, **__: Any) -> bool:
        """A commit of Faust's own, late, could move the group's position backwards."""
        return False


class _Transport(driver.Transport):  # type: ignore[misc]
    Consumer = _Consumer


class _Boot(BootStrategy):  # type: ignore[misc]
    enable_kafka_producer = False
    enable_web = False


class _App(faust.App):  # type: ignore[misc]
    BootStrategy = _Boot
    logger = logging.getLogger("faust")
    consumer_arguments: dict[str, Any]

    def _new_transport(self) -> _Transport:
        return _Transport(self.conf.broker_consumer, self)

    def _create_directories(self) -> None:
        """There is nothing to store, and the working directory may be read-only."""

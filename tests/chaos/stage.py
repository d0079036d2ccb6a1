"""What the fault tests are played on: topics, load, and workers as processes that can be killed and frozen."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import psutil
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic

from service.runtime.kafka import topics_admin
from tests.chaos import ledger

Record = Mapping[str, Any] | bytes | None

CHEAP = "tests.chaos.taggers:load"
TREE = Path(__file__).parents[2]
OUTPUTS = (
    "enriched",
    "enriched.ai-partnerships",
    "enriched.tariffs",
    "enriched.trade",
    "dead",
    "dead.replayed",
    "duplicates",
)
PATIENT = {
    "WIRETAG_WORKERS": "2",
    "WIRETAG_SESSION_TIMEOUT": "6",  # the least that brokers allow
    "WIRETAG_TRANSACTION_TIMEOUT": "10",
    "WIRETAG_STALL_TIMEOUT": "90",
    "WIRETAG_ARTICLE_TIMEOUT": "2",
    "WIRETAG_WEB_PORT": "0",
}


class Worker:
    """The service as a process of its own, in its own process group. ``tree``: the folder that it is run from."""

    def __init__(self, environment: Mapping[str, str], log: Path, tagger: str, tree: Path = TREE) -> None:
        self.log = log
        with log.open("ab") as stream:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.chaos.worker", tagger],
                cwd=tree,
                env={**os.environ, "PYTHONPATH": str(tree), **environment},
                stdout=stream,
                stderr=stream,
                start_new_session=True,
            )

    @property
    def tagging(self) -> list[psutil.Process]:
        """Its tagging processes."""
        return psutil.Process(self.process.pid).children()

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def terminate(self, within: float = 30.0) -> int:
        self.process.terminate()
        return self.process.wait(within)

    def alive(self) -> None:
        status = self.process.poll()
        assert status is None, f"the worker ended with {status}:\n{self.tail()}"

    def said(self) -> str:
        """All that it logged."""
        return self.log.read_text(errors="replace")

    def tail(self, characters: int = 6000) -> str:
        """The end of it, for a message; a wait must look at all of it."""
        return self.said()[-characters:]

    @property
    def site(self) -> str:
        """The address that it logged."""
        words = [word for word in self.said().split() if word.startswith("http://127.0.0.1:")]
        return words[-1]

    def metrics(self) -> str:
        with urllib.request.urlopen(f"{self.site}/metrics", timeout=5) as answer:
            return str(answer.read().decode())


@dataclass
class Stage:
    """One test's topics and workers on a broker that tests share. ``known``: the ledger so far; None where it is read anew."""

    kafka: Any
    prefix: str
    folder: Path
    overrides: Mapping[str, str]

    def __post_init__(self) -> None:
        self.workers: list[Worker] = []
        self.known: ledger.Ledger | None = ledger.Ledger()

    @property
    def raw(self) -> str:
        return f"{self.prefix}articles.raw"

    @property
    def group(self) -> str:
        return f"{self.prefix}group"

    async def create(self, partitions: int = 4, dead: Mapping[str, str] | None = None, **config: str) -> None:
        """``dead`` and ``config``: settings of the topics of dead letters and of raw articles."""
        topics = [NewTopic(self.raw, partitions, 1, topic_configs=config)]
        topics += [
            NewTopic(f"{self.prefix}articles.{stream}", 3, 1, topic_configs=dead if stream == "dead" else {})
            for stream in OUTPUTS
        ]
        async with self.admin() as admin:
            await admin.create_topics(topics)

    async def add_partitions(self, partitions: int) -> None:
        async with self.admin() as admin:
            await admin.create_partitions({self.raw: NewPartitions(partitions)})

    def start(self, tagger: str = CHEAP, tree: Path = TREE, **settings: str) -> Worker:
        environment = {
            **PATIENT,
            "WIRETAG_BOOTSTRAP_SERVERS": self.kafka.bootstrap_servers,
            "WIRETAG_TOPIC_PREFIX": self.prefix,
            "WIRETAG_GROUP_ID": self.group,
            **self.overrides,
            **{f"WIRETAG_{name.upper()}": value for name, value in settings.items()},
        }
        worker = Worker(environment, self.folder / f"worker-{len(self.workers)}.log", tagger, tree)
        self.workers.append(worker)
        return worker

    async def publish(self, articles: Iterable[Record], per_second: float = 1e9) -> int:
        """Sends the articles (or raw values) at most so fast; how many."""
        began, sent = time.monotonic(), 0
        async with self.producer() as producer:
            for article in articles:
                await producer.send(self.raw, **_record(article, sent))
                sent += 1
                ahead = sent / per_second - (time.monotonic() - began)
                if ahead > 0.05:
                    await asyncio.sleep(ahead)
        return sent

    async def settled(self, within: float = 120.0, worker: Worker | None = None) -> ledger.Ledger:
        alive = worker.alive if worker else lambda: None
        return await ledger.settled(self.kafka.bootstrap_servers, self.prefix, self.known, within=within, alive=alive)

    async def check(self, within: float = 120.0, worker: Worker | None = None) -> ledger.Ledger:
        """Waits for every outcome, lets late duplicates show themselves, then checks the promise."""
        await self.settled(within, worker)
        await asyncio.sleep(1.0)
        found = await self.settled(0)
        try:
            found.check()
        except AssertionError as problem:
            logs = "\n".join(f"--- {worker.log.name}\n{worker.tail()}" for worker in self.workers)
            raise AssertionError(f"{problem}\n{logs}") from None
        return found

    def end(self) -> None:
        for worker in self.workers:
            if worker.process.poll() is None:
                worker.signal(signal.SIGCONT)
                worker.kill()

    @contextlib.asynccontextmanager
    async def admin(self) -> AsyncIterator[AIOKafkaAdminClient]:
        admin = AIOKafkaAdminClient(bootstrap_servers=self.kafka.bootstrap_servers)
        try:
            await topics_admin.start(admin)
            yield admin
        finally:
            await admin.close()

    def producer(self, **arguments: Any) -> AIOKafkaProducer:
        return AIOKafkaProducer(
            bootstrap_servers=self.kafka.bootstrap_servers, max_request_size=5 * 1024 * 1024, **arguments
        )


def articles(count: int, start: int = 0, body: str = "A story of no great length. #tariffs") -> list[dict[str, Any]]:
    """Different ones, numbered from ``start``."""
    return [{"id": f"a:{number}", "title": f"Story {number}", "body": body} for number in range(start, start + count)]


def _record(article: Record, number: int) -> dict[str, bytes | None]:
    if article is None or isinstance(article, bytes):
        return {"key": f"k:{number}".encode(), "value": article}
    return {"key": str(article["id"]).encode(), "value": orjson.dumps(article)}

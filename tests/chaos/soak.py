"""Everything at once, for as long as one likes: ``python -m tests.chaos.soak SECONDS``. Exit status 0: the promise held.

Two workers tag a steady stream of good, bad, repeated and poisonous events. The veteran is never killed, so that its
memory tells of leaks; the other one is killed, stopped, frozen and replaced. The broker stops and freezes, scrapers leave
transactions open, partitions are added. The memory of every process is told in the end; ours must be flat.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import psutil
from aiokafka.errors import KafkaError

from service.errors import BrokerUnavailable
from service.runtime.embedded.broker import EmbeddedKafka
from tests.chaos.stage import Record, Stage, Worker, articles

PER_SECOND = 150
PAUSE = (4.0, 12.0)  # seconds between two faults
GROWTH = 1.3  # of memory, from the first half to the second
VETERAN, TAGGING, OTHER, BROKER = "the veteran", "its tagging processes, each", "the other worker", "the broker"
HABITS = ("#die", "#raise", "#hang", "#slow")


class Soak:
    def __init__(self, stage: Stage, seconds: float) -> None:
        self.stage = stage
        self.deadline = time.monotonic() + seconds
        self.veteran = stage.start()
        self.other = stage.start()
        self.partitions = 4
        self.memory: dict[str, list[float]] = {VETERAN: [], TAGGING: [], OTHER: [], BROKER: []}
        self.sent = 0

    @property
    def on(self) -> bool:
        return time.monotonic() < self.deadline

    async def run(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._load())
            tasks.create_task(self._measure())
            tasks.create_task(self._faults())

    async def _load(self) -> None:
        while self.on:
            try:
                self.sent += await self.stage.publish(self._second(), PER_SECOND)
            except KafkaError:  # the broker is away; what was sent is in the log or not, the ledger reads the log
                await asyncio.sleep(1.0)

    def _second(self) -> Iterator[Record]:
        for article in articles(PER_SECOND, self.sent):
            chance = random.random()
            if chance < 0.001:
                article["body"] += random.choice(HABITS)
            yield article
            if chance > 0.97:
                yield article
            elif chance > 0.96:
                yield random.choice([None, b"{", b"\xff", b'{"id": "x"}', b'{"body": "whose?"}'])

    async def _measure(self) -> None:
        while self.on:
            for name, processes in (
                (VETERAN, lambda: [psutil.Process(self.veteran.process.pid)]),
                (TAGGING, lambda: self.veteran.tagging),
                (OTHER, lambda: [psutil.Process(self.other.process.pid)]),
                (BROKER, lambda: [psutil.Process(self.stage.kafka.pid)]),
            ):
                with contextlib.suppress(psutil.Error, BrokerUnavailable):
                    self.memory[name] += [process.memory_info().rss / 2**20 for process in processes()]
            await asyncio.sleep(2.0)

    async def _faults(self) -> None:
        faults: list[Callable[[], Awaitable[None]]] = [
            self.kill,
            self.terminate,
            self.freeze,
            self.kill_tagging,
            self.stop_broker,
            self.freeze_broker,
            self.leave_open,
            self.add_partition,
        ]
        random.shuffle(faults)
        while self.on:
            for fault in faults:
                await asyncio.sleep(random.uniform(*PAUSE))
                if self.on:
                    print(f"{self.deadline - time.monotonic():5.0f} s to go: {fault.__name__}", flush=True)
                    await fault()
                self.veteran = self._alive(self.veteran)
                self.other = self._alive(self.other)

    def _alive(self, worker: Worker) -> Worker:
        """What an orchestrator does."""
        if worker.process.poll() is None:
            return worker
        print(f"        a worker ended with {worker.process.returncode}, started again", flush=True)
        return self.stage.start()

    async def kill(self) -> None:
        self.other.kill()

    async def terminate(self) -> None:
        await asyncio.to_thread(self.other.terminate)

    async def freeze(self) -> None:
        victim = random.choice([self.veteran, self.other])
        victim.signal(signal.SIGSTOP)
        await asyncio.sleep(12.0)
        victim.signal(signal.SIGCONT)

    async def kill_tagging(self) -> None:
        with contextlib.suppress(psutil.Error, IndexError):
            random.choice(self.veteran.tagging).kill()

    async def stop_broker(self) -> None:
        await asyncio.to_thread(self.stage.kafka.stop)
        await asyncio.sleep(random.uniform(1.0, 10.0))
        await asyncio.to_thread(self.stage.kafka.start)

    async def freeze_broker(self) -> None:
        os.kill(self.stage.kafka.pid, signal.SIGSTOP)
        await asyncio.sleep(15.0)
        os.kill(self.stage.kafka.pid, signal.SIGCONT)

    async def leave_open(self) -> None:
        with contextlib.suppress(KafkaError):
            async with self.stage.producer(transactional_id=f"{self.stage.prefix}scraper") as scraper:
                await scraper.begin_transaction()
                await scraper.send_and_wait(self.stage.raw, b"never to be seen", b"open")
                await asyncio.sleep(5.0)
                await scraper.abort_transaction()

    async def add_partition(self) -> None:
        self.partitions += 1
        with contextlib.suppress(KafkaError):
            await self.stage.add_partitions(self.partitions)

    def flat(self) -> bool:
        """Tells the memory of each process; false where one that lives on grows."""
        growth = {}
        for name, seen in self.memory.items():
            half = len(seen) // 2
            first, second = statistics.median(seen[:half]), statistics.median(seen[half:])
            print(f"memory of {name}: {first:.0f} MiB, later {second:.0f} MiB, at most {max(seen):.0f} MiB")
            growth[name] = second / first
        return growth[VETERAN] < GROWTH and growth[TAGGING] < GROWTH


async def main(seconds: float) -> bool:
    with tempfile.TemporaryDirectory() as folder, EmbeddedKafka(progress=print) as kafka:
        stage = Stage(kafka, "soak.", Path(folder), {})
        await stage.create()
        soak = Soak(stage, seconds)
        try:
            await soak.run()
            ledger = await stage.check(within=300)
        finally:
            stage.end()
    print(f"{len(ledger.raw)} events, {len(ledger.outcomes)} records and dead letters {dict(ledger.reasons)}: all once")
    return soak.flat()


if __name__ == "__main__":
    sys.exit(not asyncio.run(main(float(sys.argv[1]))))

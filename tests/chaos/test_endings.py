"""How a worker ends, when it is asked to and when it must."""

from __future__ import annotations

import asyncio
import os
import signal
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import pytest

from tests.chaos.stage import Stage, Worker, articles

pytestmark = [pytest.mark.kafka, pytest.mark.chaos, pytest.mark.timeout(600)]

STALLED = 1  # exit status of WiretagError
CUT_OFF = 75  # service.runtime.ending


@contextmanager
def frozen(stage: Stage) -> Iterator[None]:
    """The broker, for a while."""
    os.kill(stage.kafka.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(stage.kafka.pid, signal.SIGCONT)


async def at_work(stage: Stage, worker: Worker) -> None:
    while not (await stage.settled(0)).outcomes:
        worker.alive()
        await asyncio.sleep(0.2)


async def test_what_is_in_flight_is_finished_and_nobody_is_left(stage: Stage) -> None:
    await stage.create()
    await stage.publish(articles(100, body="#slow"))
    worker = stage.start()
    await at_work(stage, worker)
    tagging = worker.tagging
    assert worker.terminate() == 0, worker.tail()
    assert not any(process.is_running() for process in tagging)
    assert "taking it anew" not in worker.said()
    stage.start()
    await stage.check()


async def test_tagging_processes_do_not_outlive_a_killed_worker(stage: Stage) -> None:
    await stage.create(partitions=1)
    await stage.publish(articles(1, body="#hang"))
    worker = stage.start(article_timeout="600")
    while not (tagging := worker.tagging):  # noqa: ASYNC110 - another process
        await asyncio.sleep(0.1)
    await asyncio.sleep(5)
    worker.kill()
    _, alive = psutil.wait_procs(tagging, timeout=10)
    assert not alive


async def test_asked_to_end_while_the_broker_is_frozen(stage: Stage) -> None:
    await stage.create()
    await stage.publish(articles(200, body="#slow"))
    worker = stage.start(shutdown_timeout="8")
    await at_work(stage, worker)
    with frozen(stage):
        status = await asyncio.to_thread(worker.terminate, 20.0)
    assert status in (0, CUT_OFF), worker.tail()
    stage.start()
    await stage.check()


async def test_lag_without_progress_ends_the_worker_with_an_error(stage: Stage) -> None:
    await stage.create()
    await stage.publish(articles(2000, body="#slow"))
    worker = stage.start(stall_timeout="8", shutdown_timeout="8")
    await at_work(stage, worker)
    with frozen(stage):
        status = await asyncio.to_thread(worker.process.wait, 60.0)
    assert status in (STALLED, CUT_OFF), worker.tail()
    assert "nothing published for 8 s" in worker.tail(100_000)


async def test_without_lag_a_worker_waits_as_long_as_it_takes(stage: Stage) -> None:
    await stage.create()
    worker = stage.start(stall_timeout="3")
    await stage.publish(articles(10))
    await stage.check(worker=worker)
    await asyncio.sleep(8)
    worker.alive()
    await stage.publish(articles(10, 10))
    await stage.check(worker=worker)


async def test_readiness_tells_the_truth_and_liveness_does_too(stage: Stage) -> None:
    await stage.create()
    worker = stage.start()
    while "metrics and health" not in worker.said():
        worker.alive()
        await asyncio.sleep(0.05)
    assert status_of(f"{worker.site}/healthz") == 200
    seen = {status_of(f"{worker.site}/readyz")}
    while 200 not in seen:
        await asyncio.sleep(0.1)
        seen.add(status_of(f"{worker.site}/readyz"))
    assert seen == {503, 200}
    with frozen(stage):
        while status_of(f"{worker.site}/readyz") == 200:
            worker.alive()
            await asyncio.sleep(0.5)
        assert status_of(f"{worker.site}/healthz") == 200
        assert "wiretag_lag_events{" not in worker.metrics()
    while status_of(f"{worker.site}/readyz") != 200:
        worker.alive()
        await asyncio.sleep(0.5)


async def test_a_static_member_comes_back_to_its_partitions_without_a_rebalance(stage: Stage) -> None:
    await stage.create()
    first = stage.start(group_instance_id="one", session_timeout="30")
    second = stage.start(group_instance_id="two", session_timeout="30")
    await stage.publish(articles(400))
    await stage.check(worker=first)
    rebalances = rebalances_of(second)
    assert first.terminate() == 0
    again = stage.start(group_instance_id="one", session_timeout="30")
    await stage.publish(articles(400, 400))
    await stage.check(worker=again)
    assert rebalances_of(second) == rebalances


def rebalances_of(worker: Worker) -> str:
    (line,) = [line for line in worker.metrics().splitlines() if line.startswith("wiretag_rebalances_total")]
    return line


def status_of(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code

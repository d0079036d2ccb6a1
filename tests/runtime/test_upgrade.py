"""The version before and this one, side by side and after each other, on the same topics and in the same group.

The one before is taken out of git, at the commit that ``topics/releases.toml`` names, with its own cheap tagger.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import signal
import subprocess
import tarfile
from collections.abc import AsyncIterator, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from jsonschema import Draft202012Validator

from service import __version__
from tests.chaos.stage import TREE, Stage, Worker, articles
from topics import releases, schemas
from topics.records import EnrichedRecord

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]

TRACE = [("traceparent", b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"), ("tracestate", b"vendor=7")]
PARTITIONS, BATCH = 4, 5
RETRACTED = "retracted"


def before() -> tuple[str, str]:
    """The newest version that is not this one, and its commit."""
    (*_, last) = [(version, commit) for version, commit in releases.commits().items() if version != __version__]
    return last


@pytest.fixture(scope="session")
def old_tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The version before, as it was committed."""
    version, commit = before()
    made = subprocess.run(
        ["git", "-C", str(TREE), "archive", commit, "service", "topics", "tests/chaos"],
        capture_output=True,
        check=False,
    )
    if made.returncode:
        pytest.fail(
            f"version {version} is needed to test the upgrade from it, and its commit {commit} is not in this "
            f"clone's history: git fetch --unshallow ({made.stderr.decode().strip()})"
        )
    folder = tmp_path_factory.mktemp(version)
    with tarfile.open(fileobj=io.BytesIO(made.stdout)) as archive:
        archive.extractall(folder, filter="data")
    return folder


@pytest.fixture
def stage(kafka: Any, topic_prefix: str, tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(kafka, topic_prefix, tmp_path, {"WIRETAG_WORKERS": "1"})
    yield stage
    stage.end()


@contextlib.asynccontextmanager
async def load(stage: Stage) -> AsyncIterator[None]:
    """Scrapers that go on publishing, whatever happens to the workers: articles, retractions, broken records."""
    done = asyncio.Event()

    async def send() -> None:
        number = 0
        async with stage.producer() as producer:
            while not done.is_set():
                for article in articles(BATCH, number):
                    await producer.send(stage.raw, orjson.dumps(article), str(article["id"]).encode(), headers=TRACE)
                retraction = {"id": f"a:{number}", "status": RETRACTED, "metadata": {"wanted in": "#tariffs"}}
                await producer.send(stage.raw, orjson.dumps(retraction), f"a:{number}".encode(), headers=TRACE)
                await producer.send(stage.raw, b"{no article %d" % number, b"broken", headers=TRACE)
                number += BATCH
                await asyncio.sleep(0.1)

    sending = asyncio.create_task(send())
    try:
        yield
    finally:
        done.set()
        await sending


async def at_work(worker: Worker, events: int = 60) -> None:
    """The worker has published some outcomes itself."""
    wanted = 'wiretag_outcomes_total{outcome="enriched"} '
    async with asyncio.timeout(60):
        while True:
            worker.alive()
            with contextlib.suppress(IndexError, OSError):
                (line,) = [line for line in worker.metrics().splitlines() if line.startswith(wanted)]
                if float(line.removeprefix(wanted)) >= events:
                    return
            await asyncio.sleep(0.1)


async def everything(worker: Worker) -> None:
    """The worker has taken all partitions."""
    async with asyncio.timeout(60):
        while f"wiretag_owned_partitions {PARTITIONS}.0" not in worker.metrics():
            worker.alive()
            await asyncio.sleep(0.2)
    await at_work(worker, 200)


async def test_upgrade_and_roll_back_under_load(stage: Stage, old_tree: Path) -> None:
    await stage.create(PARTITIONS)
    async with load(stage):
        old = stage.start(tree=old_tree)
        await at_work(old)
        new = stage.start()
        await at_work(new)  # both are at work
        old.signal(signal.SIGSTOP)
        await everything(new)
        old.signal(signal.SIGCONT)  # and tries to go on with what is no longer its own: the new one has fenced it
        await asyncio.sleep(1)
        assert old.terminate() == 0, old.tail()
        await everything(new)
        again = stage.start(tree=old_tree)
        await at_work(again)  # both are at work
        assert new.terminate() == 0, new.tail()
        await everything(again)
    ledger = await stage.check(worker=again)
    assert len(ledger.raw) == len(ledger.outcomes)
    await check_positions(stage)
    await check_records(stage, old_tree)


async def check_positions(stage: Stage) -> None:
    """The version that was rolled back to stands where all versions together got to."""
    wheres = [TopicPartition(stage.raw, number) for number in range(PARTITIONS)]
    async with stage.admin() as admin:
        found = await admin.list_consumer_group_offsets(stage.group, partitions=wheres)
    async with AIOKafkaConsumer(bootstrap_servers=stage.kafka.bootstrap_servers) as consumer:
        ends = await consumer.end_offsets(wheres)
    assert {where: found[where].offset for where in wheres} == ends


async def check_records(stage: Stage, old_tree: Path) -> None:
    """What either version wrote is what both versions promise; what the one before says in headers, this one says."""
    version, _ = before()
    names: dict[tuple[str, str], dict[str, set[str]]] = {}  # stream and kind -> version -> headers
    for stream in ("enriched", "enriched.tariffs", "dead"):
        for record in await records(stage, stream):
            headers = {name: value.decode() for name, value in record.headers}
            if stream == "dead":
                writer, kind = headers["wiretag_service"], "dead"
                problems = check("articles.dead/v1.headers.schema.json", old_tree, headers)
            else:
                value = json.loads(record.value)
                writer, kind = value["processing"]["service"], value["status"]
                EnrichedRecord.model_validate(value)
                problems = check("articles.enriched/v1.schema.json", old_tree, value)
                problems += check("articles.enriched/v1.headers.schema.json", old_tree, headers)
            assert problems == [], record
            assert headers["traceparent"] == TRACE[0][1].decode()
            names.setdefault((stream, kind), {}).setdefault(writer, set()).update(headers)
    assert {stream: {kind for of, kind in names if of == stream} for stream, _ in names} == {
        "enriched": {"published", RETRACTED},
        "enriched.tariffs": {"published", RETRACTED},
        "dead": {"dead"},
    }
    for found in names.values():
        assert found.keys() == {version, __version__}
        assert found[version] <= found[__version__]


@cache
def validators(path: str, old_tree: Path) -> list[Draft202012Validator]:
    """Of either version."""
    texts = ((old_tree / "topics" / path).read_text("utf-8"), schemas.render(path))
    return [Draft202012Validator(json.loads(text)) for text in texts]


def check(path: str, old_tree: Path, value: Any) -> list[str]:
    return [error.message for one in validators(path, old_tree) for error in one.iter_errors(value)]


async def records(stage: Stage, stream: str) -> list[Any]:
    """All that is committed in a topic."""
    topic = f"{stage.prefix}articles.{stream}"
    found: list[Any] = []
    async with AIOKafkaConsumer(
        bootstrap_servers=stage.kafka.bootstrap_servers, isolation_level="read_committed", auto_offset_reset="earliest"
    ) as consumer:
        wheres = [TopicPartition(topic, number) for number in await consumer._client._wait_on_metadata(topic)]
        consumer.assign(wheres)
        ends = await consumer.end_offsets(wheres)
        while any([await consumer.position(where) < ends[where] for where in wheres]):
            for batch in (await consumer.getmany(timeout_ms=200)).values():
                found += batch
    assert found
    return found

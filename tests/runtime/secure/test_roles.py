"""With the ACLs that ``topics/acls.toml`` gives it, each role can do its work, and nothing of another's."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import (
    GroupAuthorizationFailedError,
    KafkaError,
    TopicAuthorizationFailedError,
    TransactionalIdAuthorizationFailed,
)

from service.runtime.kafka import clients, topics_admin
from service.settings import Settings
from tests.chaos.stage import CHEAP, PATIENT, Worker
from tests.runtime.secure.cluster import ROLES, Cluster

pytestmark = pytest.mark.kafka
ARTICLE = '{"id": "fjordposten.example:1", "body": "Duties on herring rise. #tariffs"}'
Act = Callable[[Cluster], Awaitable[None]]


def settings_of(cluster: Cluster, role: str) -> Settings:
    named = {name.removeprefix("WIRETAG_").lower(): value for name, value in cluster.settings(role).items()}
    return Settings(**named)  # type: ignore[arg-type]


@pytest.fixture
def topics(cluster: Cluster) -> None:
    asyncio.run(topics_admin.create(settings_of(cluster, "admin")))


def worker(cluster: Cluster, log: Path) -> Worker:
    return Worker({**PATIENT, **cluster.settings("worker"), "WIRETAG_WORKERS": "1"}, log, CHEAP)


def test_all_work_together_each_with_its_own_acls_only(cluster: Cluster, tmp_path: Path) -> None:
    for role in ("operator", "worker", "scraper", "desk", "web"):
        cluster.grant(role)
    created = cluster.run(cluster.settings("operator"), "topics", "create")
    assert (created.returncode, created.stderr) == (0, "")
    tagging = worker(cluster, tmp_path / "log")
    try:
        published = cluster.run(cluster.settings("scraper"), "publish", "-", given=ARTICLE)
        assert (published.returncode, published.stderr[:11]) == (0, "1 published")
        for role, *options in (("desk", "--theme", "tariffs"), ("web",)):
            arguments = ("tail", "--from-beginning", "--count", "1", "--json", *options)
            tailed = cluster.run(cluster.settings(role), *arguments)
            assert "Duties on herring" in tailed.stdout, tailed.stderr + tagging.tail()
        asyncio.run(writes("scraper", "raw")(cluster))
        assert asyncio.run(asyncio.wait_for(letter(cluster), 60)) == b"{}"
        operator = cluster.settings("operator")
        assert cluster.run(operator, "topics", "check").returncode == 0
        replayed = cluster.run(operator, "dead", "replay", "--force", "--yes", "--wait")
        assert "1 of 1 published" in replayed.stderr
        assert "1 died" in replayed.stderr
        again = cluster.run(operator, "replay", "--from", "1h", "--yes", "--wait")
        assert (again.returncode, "1 of 1 published" in again.stderr) == (0, True), again.stderr
        tagging.alive()
    finally:
        tagging.kill()


async def letter(cluster: Cluster) -> bytes:
    """A dead letter, as an operator reads it."""
    settings = settings_of(cluster, "operator")
    arguments = {**clients.connection(settings), "auto_offset_reset": "earliest", "isolation_level": "read_committed"}
    async with AIOKafkaConsumer(settings.topic("dead"), **arguments) as consumer:
        return bytes((await consumer.getone()).value)


# --- what each may not do ---------------------------------------------------------------------------------------------


def writes(role: str, stream: str) -> Act:
    async def act(cluster: Cluster) -> None:
        settings = settings_of(cluster, role)
        async with AIOKafkaProducer(**clients.connection(settings)) as producer:
            await producer.send_and_wait(settings.topic(stream), b"{}", b"key")

    return act


def reads(role: str, stream: str, group: str | None = None) -> Act:
    async def act(cluster: Cluster) -> None:
        settings = settings_of(cluster, role)
        whose = group and group.format(prefix=cluster.prefix)
        connection = clients.connection(settings)
        async with AIOKafkaConsumer(**connection, group_id=whose, auto_offset_reset="earliest") as consumer:
            await consumer._client._wait_on_metadata(settings.topic(stream))  # or it would ask again and again
            consumer.assign([TopicPartition(settings.topic(stream), 0)])
            if whose:
                await consumer.committed(TopicPartition(settings.topic(stream), 0))
            async with asyncio.timeout(30):
                await consumer.getmany(timeout_ms=100)

    return act


def takes(role: str, transactional_id: str) -> Act:
    """With the id of another's producer one can fence it, again and again."""

    async def act(cluster: Cluster) -> None:
        identifier = transactional_id.format(prefix=cluster.prefix)
        async with AIOKafkaProducer(**clients.connection(settings_of(cluster, role)), transactional_id=identifier):
            pass

    return act


async def refused(work: Awaitable[None]) -> type[BaseException] | None:
    try:
        await work
    except KafkaError as problem:
        return type(problem)
    return None


WORKERS_ID = "{prefix}group-{prefix}articles.raw-0"
FORBIDDEN = {
    "a scraper cannot read what others published": (reads("scraper", "raw"), TopicAuthorizationFailedError),
    "a scraper cannot publish outcomes": (writes("scraper", "enriched"), TopicAuthorizationFailedError),
    "a worker cannot publish raw articles": (writes("worker", "raw"), TopicAuthorizationFailedError),
    "a worker cannot read outcomes": (reads("worker", "enriched"), TopicAuthorizationFailedError),
    "a consumer cannot write": (writes("consumer", "enriched.tariffs"), TopicAuthorizationFailedError),
    "a consumer cannot read raw articles": (reads("consumer", "raw"), TopicAuthorizationFailedError),
    "a consumer cannot move the worker's position": (
        reads("consumer", "enriched", "{prefix}group"),
        GroupAuthorizationFailedError,
    ),
    "a consumer cannot fence the worker": (takes("consumer", WORKERS_ID), TransactionalIdAuthorizationFailed),
    "a desk cannot read another theme": (reads("desk", "enriched.trade"), TopicAuthorizationFailedError),
    "a desk cannot read everything": (reads("desk", "enriched"), TopicAuthorizationFailedError),
    "duplicates cannot write enriched articles": (writes("duplicates", "enriched"), TopicAuthorizationFailedError),
    "duplicates cannot fence the worker": (takes("duplicates", WORKERS_ID), TransactionalIdAuthorizationFailed),
    "the web page cannot write": (writes("web", "raw"), TopicAuthorizationFailedError),
    "an operator cannot fence the worker": (takes("operator", WORKERS_ID), TransactionalIdAuthorizationFailed),
    "an operator cannot publish outcomes": (writes("operator", "enriched"), TopicAuthorizationFailedError),
}
ALLOWED = {
    "a consumer reads everything": reads("consumer", "enriched", "{prefix}consumer-search"),
    "a desk reads its theme": reads("desk", "enriched.tariffs", "{prefix}desk"),
    "duplicates reads enriched articles": reads("duplicates", "enriched", "{prefix}group-duplicates"),
    "duplicates has ids of its own": takes("duplicates", "{prefix}group-duplicates"),
    "an operator reads dead letters": reads("operator", "dead"),
    "an operator replays": takes("operator", "{prefix}group-replay"),
    "an operator sends articles again": writes("operator", "raw"),
    "an operator keeps receipts of it": writes("operator", "dead.replayed"),
}


@pytest.mark.usefixtures("topics")
async def test_nobody_can_do_what_is_anothers(cluster: Cluster) -> None:
    for role in ROLES:
        cluster.grant(role)
    for act in ALLOWED.values():
        await act(cluster)
    for case, (act, refusal) in FORBIDDEN.items():
        assert await refused(act(cluster)) is refusal, case


# --- what is missing is said ------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("topics")
@pytest.mark.parametrize(
    ("without", "words"),
    [("group", "(Group: "), ("transactional-id", "(TransactionalId: "), ("topic", "or an ACL to see it is")],
)
def test_a_worker_that_lacks_an_acl_ends_and_says_which(
    cluster: Cluster, tmp_path: Path, without: str, words: str
) -> None:
    cluster.grant("worker", without)
    ended = worker(cluster, tmp_path / "log")
    assert ended.process.wait(60) == 1
    assert words in ended.said().splitlines()[-1]
    assert "wiretag topics acls" in ended.said().splitlines()[-1]


@pytest.mark.usefixtures("topics")
def test_a_command_that_lacks_an_acl_says_which(cluster: Cluster) -> None:
    cluster.grant("worker")
    for arguments, words in ((("publish", "-"), "(Topic: "), (("tail", "--count", "1"), "(Topic: ")):
        done = cluster.run(cluster.settings("worker"), *arguments, given=ARTICLE)
        assert done.returncode == 1
        assert words in done.stderr.splitlines()[-1]
    hidden = cluster.run(cluster.settings("web"), "tail")
    assert hidden.returncode == 1
    assert "missing; `wiretag topics create` makes it; or an ACL to see it is" in hidden.stderr

"""The programs of ``docs/examples`` do what the guides say, on a real broker, with records that the real codec wrote."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from service import codec
from service.codec import Limits, Versions
from service.model import Article, Enriched, Enrichment, Language, Message, RawEvent, Rejected, Retracted, Tombstone
from service.runtime.embedded.broker import EmbeddedKafka
from topics import schemas

EXAMPLES = Path(__file__).parents[2] / "docs/examples"
BEGUN = 1_772_669_000_000  # ms since 1970
ARTICLES = 40

pytestmark = pytest.mark.kafka


def outcome(offset: int, article: str, version: int, status: str = "published") -> Message:
    """What wiretag publishes to articles.enriched of a raw event, without tags."""
    raw = {"id": article, "status": status, "body": f"Version {version} of the ferry's timetable.\n\0 🚢"}
    event = RawEvent("articles.raw", 3, offset, BEGUN + version, article.encode(), json.dumps(raw).encode())
    match codec.decode(event, Limits()):
        case Article() as decoded:
            tags = Enrichment(Language("en", 1.0), (), (), (), (), (), "", {})
            processed = codec.encode(event, Enriched(decoded, tags), Versions("test", "test"), Limits())
        case Retracted() as decoded:
            processed = codec.encode(event, decoded, Versions("test", "test"), Limits())
        case Rejected() | Tombstone() as other:
            raise AssertionError(other)
    (message,) = processed.messages
    return message


class Topic:
    """One topic of outcomes on the test's broker."""

    def __init__(self, kafka: EmbeddedKafka, name: str) -> None:
        self.brokers, self.name = kafka.bootstrap_servers, name

    async def create(self) -> None:
        admin = AIOKafkaAdminClient(bootstrap_servers=self.brokers)
        await admin.start()
        await admin.create_topics([NewTopic(self.name, 2, 1, topic_configs={"max.message.bytes": "4194304"})])
        await admin.close()

    async def publish(self, messages: list[Message], commit: bool = True) -> None:
        """In a transaction, as wiretag does; or in one that is aborted."""
        async with AIOKafkaProducer(bootstrap_servers=self.brokers, transactional_id=self.name) as producer:
            await producer.begin_transaction()
            for message in messages:
                await producer.send(self.name, message.value, message.key, headers=list(message.headers))
            await (producer.commit_transaction() if commit else producer.abort_transaction())


@pytest.fixture
async def topic(kafka: EmbeddedKafka, topic_prefix: str) -> Topic:
    made = Topic(kafka, f"{topic_prefix}articles.enriched")
    await made.create()
    return made


async def test_a_consumer_killed_in_the_middle_loses_nothing_and_counts_nothing_twice(
    topic: Topic, tmp_path: Path
) -> None:
    """Both at once: most of the time goes by until the brokers give up those who were killed."""
    first = [outcome(offset, f"ferry.example:{offset}", 1) for offset in range(ARTICLES)]
    second = [outcome(100 + offset, f"ferry.example:{offset}", 2) for offset in range(0, ARTICLES, 2)]
    second += [outcome(200 + offset, f"ferry.example:{offset}", 3, "retracted") for offset in range(0, ARTICLES, 10)]
    late = [outcome(300, "ferry.example:1", 0), outcome(301, "ferry.example:10", 2)]
    follows = [
        Following(topic, name, tmp_path / f"{name}.db") for name in ("consume_aiokafka.py", "consume_confluent.py")
    ]

    await topic.publish([outcome(900, "ferry.example:aborted", 1)], commit=False)
    await topic.publish(first)
    await asyncio.gather(*(one.until("killed", ARTICLES // 2) for one in follows))
    await topic.publish([outcome(901, "ferry.example:aborted", 1)], commit=False)
    await topic.publish(second + late)
    everything = {dict(message.headers)["ce_id"].decode() for message in first + second + late}
    await asyncio.gather(*(one.until("killed", len(everything)) for one in follows))
    for one in follows:
        assert one.outcomes() == everything, one.program
        assert one.kept() == expected(), one.program

    await topic.publish([outcome(400, "ferry.example:last", 1)])
    again = "delivered again from the beginning"
    printed = await asyncio.gather(*(one.until(again, len(everything) + 1) for one in follows))
    for one, lines in zip(follows, printed, strict=True):
        assert one.kept() == {**expected(), "ferry.example:last": body(1)}, one.program
        assert [line.split()[1:] for line in lines] == [["published", "ferry.example:last"]], one.program


class Following:
    """One of the consumers with its database."""

    def __init__(self, topic: Topic, program: str, database: Path) -> None:
        self.program, self._topic, self._database = program, topic, database

    async def until(self, group: str, count: int) -> list[str]:
        """Runs it until it has applied so many outcomes, and kills it. Returns what it printed of those it worked on."""
        names = (self._topic.brokers, self._topic.name, f"{self._topic.name} {self.program} {group}")
        child = await asyncio.create_subprocess_exec(
            sys.executable, EXAMPLES / self.program, *names, self._database, stdout=asyncio.subprocess.PIPE
        )
        try:
            async with asyncio.timeout(90):
                while len(self.outcomes()) < count:
                    assert child.returncode is None, self.program
                    await asyncio.sleep(0.05)
        finally:
            with contextlib.suppress(ProcessLookupError):  # it has ended already
                child.kill()
            printed, _ = await child.communicate()
        return printed.decode().splitlines()

    def outcomes(self) -> set[str]:
        return {identifier for (identifier,) in self._rows("SELECT id FROM outcomes")}

    def kept(self) -> dict[str, str | None]:
        """Body by article id, None of those that are retracted."""
        rows = self._rows("SELECT id, record FROM articles")
        return {article: json.loads(record)["article"]["body"] if record else None for article, record in rows}

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        try:
            with contextlib.closing(sqlite3.connect(self._database)) as database:
                return database.execute(query).fetchall()
        except sqlite3.OperationalError:  # the tables are not there yet
            return []


def body(version: int) -> str:
    return f"Version {version} of the ferry's timetable.\n\0 🚢"


def expected() -> dict[str, str | None]:
    versions = {offset: 1 if offset % 2 else 2 for offset in range(ARTICLES)}
    return {f"ferry.example:{n}": None if n % 10 == 0 else body(version) for n, version in versions.items()}


async def test_kcat_reads_what_was_committed_and_goes_on_where_it_stood(topic: Topic) -> None:
    async def read() -> list[list[str]]:
        """Key, headers and record of what a run reads up to the end of the topic."""
        done = await run("consume_kcat.sh", topic.brokers, topic.name, f"{topic.name}.kcat", "-e")
        assert done.returncode == 0, done.stderr
        return [line.split("\t") for line in done.stdout.splitlines()]

    await topic.publish([outcome(0, "ferry.example:aborted", 1)], commit=False)
    await topic.publish([outcome(1, "ferry.example:1", 1), outcome(2, "ferry.example:2", 1)])
    found = await read()
    assert sorted(key for key, _, _ in found) == ["ferry.example:1", "ferry.example:2"]
    assert all("ce_type=wiretag.article.enriched.v1" in headers for _, headers, _ in found)
    assert {json.loads(record)["article"]["body"] for _, _, record in found} == {body(1)}

    await topic.publish([outcome(3, "ferry.example:3", 1)])
    assert [key for key, _, _ in await read()] == ["ferry.example:3"]


async def run(program: str, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """One of the programs to its end, with that as standard input."""
    command = ["sh" if program.endswith(".sh") else sys.executable, str(EXAMPLES / program), *arguments]
    return await asyncio.to_thread(
        subprocess.run, command, input=given, capture_output=True, encoding="utf-8", check=False
    )


# --- publishing -------------------------------------------------------------------------------------------------------


async def stored(topic: Topic, count: int) -> dict[bytes, tuple[int, bytes]]:
    """Partition and value by key."""
    consumer = AIOKafkaConsumer(topic.name, bootstrap_servers=topic.brokers, auto_offset_reset="earliest")
    async with consumer, asyncio.timeout(60):
        return {
            record.key: (record.partition, record.value) for record in [await anext(consumer) for _ in range(count)]
        }


@pytest.mark.parametrize("program", ["publish_confluent.py", "publish_kcat.sh"])
async def test_publishers_send_long_articles_to_the_partition_that_wiretag_would_choose(
    topic: Topic, program: str
) -> None:
    articles = [{"id": f"ferry.example:{n}", "body": f"Number {n} sails again: ⛴\n"} for n in range(20)]
    articles.append({"id": "ferry.example:long", "body": "x" * 2_000_000})
    written = [json.dumps(article) for article in articles]
    if program.endswith(".sh"):
        written = [f"{article['id']}\t{line}" for article, line in zip(articles, written, strict=True)]
    done = await run(program, topic.brokers, topic.name, given="\n".join(written) + "\n")
    assert (done.returncode, done.stderr) == (0, "")
    found = await stored(topic, len(articles))
    assert {key.decode(): json.loads(value)["body"] for key, (_, value) in found.items()} == {
        article["id"]: article["body"] for article in articles
    }
    async with AIOKafkaProducer(bootstrap_servers=topic.brokers) as wiretags:
        partitions = set(await wiretags.partitions_for(topic.name))
        chosen = {key: wiretags._partition(topic.name, None, None, None, key, None) for key in found}
    assert {key: partition for key, (partition, _) in found.items()} == chosen
    assert set(chosen.values()) == partitions


async def test_what_cannot_be_stored_is_told(topic: Topic) -> None:
    huge = json.dumps({"id": "ferry.example:huge", "body": "x" * 4_200_000})
    done = await run("publish_confluent.py", topic.brokers, topic.name, given=huge)
    assert done.returncode == 1
    assert re.fullmatch("ferry.example:huge: .*MSG_SIZE_TOO_LARGE.*\n", done.stderr)


async def test_dead_letters_are_found(topic: Topic) -> None:
    letter = json.loads((schemas.HERE / "articles.dead/examples/lone_surrogates.message.json").read_text("utf-8"))
    headers = tuple((name, value.encode()) for name, value in letter["headers"].items())
    await topic.publish(
        [Message("dead", b"fjordposten.example:4", b"{", headers), Message("dead", b"x:1", b"{", headers)]
    )
    done = await run("dead_letters.py", topic.brokers, topic.name, "fjordposten.example")
    assert [json.loads(line) for line in done.stdout.splitlines()] == [letter["headers"]]

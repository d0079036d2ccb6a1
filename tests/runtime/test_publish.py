"""``wiretag publish`` and ``wiretag tail`` as a user runs them, on a real broker."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from service import settings
from service.runtime.embedded.broker import EmbeddedKafka
from service.runtime.kafka import topics_admin
from service.settings import Settings

pytestmark = pytest.mark.kafka
WIRETAG = [sys.executable, "-m", "service"]


@pytest.fixture
def installed(kafka: EmbeddedKafka, topic_prefix: str) -> Settings:
    """Topics of one's own."""
    effective = settings.load(bootstrap_servers=kafka.bootstrap_servers, topic_prefix=topic_prefix)
    asyncio.run(topics_admin.create(effective))
    return effective


def _environment(effective: Settings) -> Mapping[str, str]:
    named = {"WIRETAG_BOOTSTRAP_SERVERS": effective.bootstrap_servers, "WIRETAG_TOPIC_PREFIX": effective.topic_prefix}
    return {**os.environ, **named}


def _wiretag(effective: Settings, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*WIRETAG, *arguments], env=_environment(effective), input=given, capture_output=True, check=False
    )


def _stored(effective: Settings, count: int) -> dict[bytes, bytes]:
    return asyncio.run(_read(effective, "articles.raw", count))


async def _read(effective: Settings, topic: str, count: int) -> dict[bytes, bytes]:
    """Key -> value of so many records."""
    found: dict[bytes, bytes] = {}
    name = f"{effective.topic_prefix}{topic}"
    servers = effective.bootstrap_servers
    async with AIOKafkaConsumer(name, bootstrap_servers=servers, auto_offset_reset="earliest") as consumer:
        while len(found) < count:
            record = await asyncio.wait_for(consumer.getone(), 30)
            found[record.key] = record.value
    return found


async def _write(effective: Settings, topic: str, records: list[bytes]) -> None:
    """Committed, after one that is not."""
    name = f"{effective.topic_prefix}{topic}"
    async with AIOKafkaProducer(bootstrap_servers=effective.bootstrap_servers, transactional_id=name) as producer:
        await producer.begin_transaction()
        await producer.send_and_wait(name, b'{"aborted": true}', b"key")
        await producer.abort_transaction()
        async with producer.transaction():
            for record in records:
                await producer.send_and_wait(name, record, b"key")


def test_the_good_are_stored_as_they_are_and_the_bad_are_told(installed: Settings, tmp_path: Path) -> None:
    huge = json.dumps({"id": "huge", "body": "x", "metadata": {"m": "y" * 4_200_000}})
    lines = ['{"id": "1",  "body": "One."}', "oops", "", huge, '{"id": "2", "body": "caf\\u00e9", "extra": [1]}', "{}"]
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    (tmp_path / "storm.txt").write_text("A storm.\n")
    done = _wiretag(installed, "publish", str(tmp_path / "a.jsonl"), str(tmp_path / "storm.txt"))
    assert done.returncode == 1
    assert done.stdout == b""
    told = done.stderr.decode().replace(f"{tmp_path}/", "").splitlines()
    assert told[-1] == f"3 published to {installed.topic('raw')}, 3 refused"
    reasons = sorted(line.split(": ")[0] + " " + line.split(": ")[1] for line in told[:-1])
    assert reasons == ["a.jsonl:2 not_json", "a.jsonl:4 record_too_large", "a.jsonl:6 no_identity"]
    stored = _stored(installed, 3)
    assert stored.pop(b"storm") == b'{"id":"storm","body":"A storm.\\n"}'
    assert stored == {b"1": lines[0].encode(), b"2": lines[4].encode()}


def test_all_good_is_status_0_also_from_standard_input(installed: Settings) -> None:
    retraction = b'{"id": "r", "status": "retracted"}'
    done = _wiretag(installed, "publish", "-", given=retraction + b"\n")
    assert (done.returncode, done.stdout) == (0, b"")
    assert done.stderr.decode() == f"1 published to {installed.topic('raw')}, 0 refused\n"
    assert _stored(installed, 1) == {b"r": retraction}


def test_a_pipe_is_served_as_it_fills(installed: Settings) -> None:
    child = subprocess.Popen([*WIRETAG, "publish", "-"], env=_environment(installed), stdin=subprocess.PIPE)
    assert child.stdin
    child.stdin.write(b'{"id": "1", "body": "One."}\n')
    child.stdin.flush()
    assert _stored(installed, 1).keys() == {b"1"}, "stored while the pipe is still open"
    child.stdin.close()
    assert child.wait(60) == 0


def test_ctrl_c_does_not_wait_for_a_silent_pipe(installed: Settings) -> None:
    child = subprocess.Popen(
        [*WIRETAG, "publish", "-"], env=_environment(installed), stdin=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert child.stdin
    assert child.stderr
    child.stdin.write(b'{"id": "1", "body": "One."}\n')
    child.stdin.flush()
    assert _stored(installed, 1).keys() == {b"1"}
    child.send_signal(signal.SIGINT)
    assert child.wait(60) == 130
    assert child.stderr.read() == b""


def test_a_body_over_the_limit_of_the_settings_is_refused(installed: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIRETAG_MAX_BODY", "5")
    done = _wiretag(installed, "publish", "-", given=b'{"id": "1", "body": "123456"}\n')
    assert done.returncode == 1
    assert done.stderr.startswith(b"-:1: body_too_large: ")


def test_no_topic_and_no_broker_are_told_in_words(installed: Settings) -> None:
    article = b'{"id": "1", "body": "x"}\n'
    elsewhere = installed.model_copy(update={"topic_prefix": "none."})
    done = _wiretag(elsewhere, "publish", "-", given=article)
    assert done.returncode == 1
    assert done.stderr == b"wiretag: none.articles.raw: missing; `wiretag topics create` makes it\n"
    nobody = installed.model_copy(update={"bootstrap_servers": "127.0.0.1:9"})
    done = _wiretag(nobody, "publish", "-", given=article)
    assert done.returncode == 1
    assert done.stderr.startswith(b"wiretag: Kafka at 127.0.0.1:9: ")
    assert done.stderr.count(b"\n") == 1


def test_topics_from_the_command_line(kafka: EmbeddedKafka, topic_prefix: str) -> None:
    effective = settings.load(bootstrap_servers=kafka.bootstrap_servers, topic_prefix=topic_prefix)
    assert _wiretag(effective, "topics", "check").returncode == 1
    created = _wiretag(effective, "topics", "create").stdout.decode()
    assert f"{topic_prefix}articles.raw: created\n" in created
    again = _wiretag(effective, "topics", "create").stdout.decode()
    assert f"{topic_prefix}articles.raw: there already\n" in again
    assert _wiretag(effective, "topics", "check").returncode == 0


@pytest.fixture
def published(installed: Settings) -> list[bytes]:
    """What stands in a theme's topic."""
    records = [json.dumps({"status": "retracted", "article": {"id": str(number)}}).encode() for number in range(3)]
    asyncio.run(_write(installed, "articles.enriched.trade", records))
    return records


def test_tail_prints_what_is_committed_one_record_a_line(installed: Settings, published: list[bytes]) -> None:
    done = _wiretag(installed, "tail", "--theme", "trade", "--from-beginning", "--count", "3", "--json")
    assert done.returncode == 0
    assert sorted(done.stdout.splitlines()) == sorted(published)
    for_people = _wiretag(installed, "tail", "--theme", "trade", "--from-beginning", "--count", "2")
    assert for_people.stdout.count(b"retracted by its publisher") == 2


@pytest.fixture
def tailing(installed: Settings, published: list[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """A tail that has begun to read."""
    command = [*WIRETAG, "tail", "--theme", "trade", "--json"]
    child = subprocess.Popen(
        command, env=_environment(installed), stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0
    )
    assert child.stderr
    assert child.stderr.readline().startswith(b"reading ")
    yield child
    child.kill()
    child.wait()


def test_tail_begins_at_the_end_and_ctrl_c_ends_it_quietly(
    installed: Settings, tailing: subprocess.Popen[bytes]
) -> None:
    asyncio.run(_write(installed, "articles.enriched.trade", [b'{"new": 1}']))
    assert tailing.stdout
    assert tailing.stdout.readline() == b'{"new": 1}\n'
    tailing.send_signal(signal.SIGINT)
    assert tailing.communicate(timeout=60) == (b"", b"")
    assert tailing.returncode == 130


def test_tail_ends_when_nobody_reads_it(installed: Settings, tailing: subprocess.Popen[bytes]) -> None:
    assert tailing.stdout
    assert tailing.stderr
    tailing.stdout.close()
    asyncio.run(_write(installed, "articles.enriched.trade", [b'{"new": 1}']))
    assert tailing.wait(60) == 141
    assert tailing.stderr.read() == b""

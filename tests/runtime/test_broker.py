"""The embedded Kafka: its data and port outlive a stop, nothing else of it does; what it lacks, it says."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from pathlib import Path

import psutil
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from service.errors import BrokerUnavailable
from service.runtime.embedded import broker, jars
from service.runtime.embedded.broker import EmbeddedKafka


async def _write(servers: str, value: bytes) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=servers)
    await admin.start()
    await admin.create_topics([NewTopic("kept", 1, 1)])
    await admin.close()
    async with AIOKafkaProducer(bootstrap_servers=servers) as producer:
        await producer.send_and_wait("kept", value)


async def _read(servers: str) -> bytes:
    async with AIOKafkaConsumer("kept", bootstrap_servers=servers, auto_offset_reset="earliest") as consumer:
        return (await asyncio.wait_for(consumer.getone(), 60)).value


@pytest.mark.kafka
def test_what_was_written_is_there_after_a_restart_on_the_same_port() -> None:
    with EmbeddedKafka() as kafka:
        before, pid, folder = kafka.bootstrap_servers, kafka.pid, kafka.data_dir
        asyncio.run(_write(before, b"still here"))
        os.kill(pid, signal.SIGSTOP)
        kafka.stop()
        assert not psutil.pid_exists(pid)
        kafka.start()
        assert kafka.bootstrap_servers == before
        assert asyncio.run(_read(before)) == b"still here"
        pid = kafka.pid
    assert not psutil.pid_exists(pid)
    assert not folder.exists()


def test_it_listens_where_it_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert EmbeddedKafka(port=port).bootstrap_servers == f"127.0.0.1:{port}"


@pytest.mark.kafka
def test_a_killed_broker_starts_again(tmp_path: Path) -> None:
    with EmbeddedKafka(tmp_path / "kafka", {"log.retention.hours": "1"}) as kafka:
        os.kill(kafka.pid, signal.SIGKILL)
        psutil.Process(kafka.pid).wait(10)
        kafka.start()
        assert psutil.pid_exists(kafka.pid)
    assert (tmp_path / "kafka" / "kafka.log").exists(), "a data directory that was given is kept"


@pytest.mark.kafka
def test_a_broker_that_cannot_start_says_why(tmp_path: Path) -> None:
    with pytest.raises(BrokerUnavailable, match=r"Invalid value no number"):
        EmbeddedKafka(tmp_path, {"node.id": "no number"}).start()


def test_a_folder_that_cannot_be_made_is_an_error_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BrokerUnavailable, match="cannot write Kafka's data directory"):
        EmbeddedKafka(tmp_path / "file" / "kafka").start()


def test_too_little_disk_is_an_error_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broker, "LEAST_DISK", 1 << 62)
    with pytest.raises(BrokerUnavailable, match="no room for Kafka"):
        EmbeddedKafka(tmp_path).start()


def test_no_network_is_an_error_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("M2_REPO", str(tmp_path))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")
    with pytest.raises(BrokerUnavailable, match="cannot download Apache Kafka"):
        jars.class_path(print)


def test_half_a_jar_is_fetched_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = jars.class_path(print).split(":")
    small = min(whole, key=lambda path: Path(path).stat().st_size)
    cache = jars._maven().repo_cache
    for path in whole:
        link = tmp_path / Path(path).relative_to(cache)
        link.parent.mkdir(parents=True)
        link.symlink_to(path)
    half = tmp_path / Path(small).relative_to(cache)
    half.unlink()
    half.write_bytes(Path(small).read_bytes()[:100])
    monkeypatch.setenv("M2_REPO", str(tmp_path))
    said: list[str] = []
    jars.class_path(said.append)
    assert half.read_bytes() == Path(small).read_bytes()
    assert said[0] == "downloading Apache Kafka: 1 files, once"

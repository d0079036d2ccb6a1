"""What the tests of `wiretag dead` and `wiretag replay` share: the commands as a user runs them, and topics read whole."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from click.testing import CliRunner

from service.__main__ import main
from tests.chaos.stage import Stage


class Commands:
    """``commands("dead", "list")`` on the topics of a stage. Within this process: each start of Python takes half a second."""

    def __init__(self, stage: Stage) -> None:
        self._environment = {
            "WIRETAG_BOOTSTRAP_SERVERS": stage.kafka.bootstrap_servers,
            "WIRETAG_TOPIC_PREFIX": stage.prefix,
            "WIRETAG_GROUP_ID": stage.group,
        }

    def __call__(self, *arguments: str, status: int = 0) -> str:
        """What it says, standard output first; fails where it ends with another status."""
        done = CliRunner(env=self._environment).invoke(main, arguments)
        told = done.stdout_bytes.decode() + done.stderr
        assert done.exit_code == status, f"{arguments}: {done.exit_code}\n{told}\n{done.exception!r}"
        return told

    def begin(self, *arguments: str) -> subprocess.Popen[str]:
        """As a process, to be interrupted."""
        return subprocess.Popen(
            [sys.executable, "-m", "service", *arguments],
            env={**os.environ, **self._environment},
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )


async def whole(stage: Stage, stream: str) -> list[Any]:
    """Every committed record of a topic. Trap: a commit is confirmed some time before readers see what it committed."""
    topic, servers = f"{stage.prefix}articles.{stream}", stage.kafka.bootstrap_servers
    found: list[Any] = []
    async with (
        AIOKafkaConsumer(bootstrap_servers=servers) as uncommitted,
        AIOKafkaConsumer(
            bootstrap_servers=servers,
            isolation_level="read_committed",
            auto_offset_reset="earliest",
            enable_auto_commit=False,
        ) as consumer,
    ):
        wheres = [TopicPartition(topic, number) for number in await consumer._client._wait_on_metadata(topic)]
        consumer.assign(wheres)
        ends = await uncommitted.end_offsets(wheres)
        while any([await consumer.position(where) < ends[where] for where in wheres]):
            for records in (await consumer.getmany(timeout_ms=100)).values():
                found += records
    return found


def headers(record: Any) -> Mapping[str, str]:
    return {name: value.decode() for name, value in record.headers}

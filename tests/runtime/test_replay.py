"""History tagged again beside live traffic: each newest version once, whatever is interrupted or published meanwhile."""

from __future__ import annotations

import asyncio
import re
import shlex
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from service.codec import repeat, rfc3339
from service.errors import BrokerUnavailable
from service.model import RawEvent
from service.runtime.replays.resending import Pace, Resender
from service.settings import Settings
from tests.chaos.stage import Record, Stage, articles
from tests.runtime.replays import Commands, headers, whole

pytestmark = pytest.mark.kafka


@pytest.fixture
def stage(kafka: Any, topic_prefix: str, tmp_path: Path) -> Iterator[Stage]:
    made = Stage(kafka, topic_prefix, tmp_path, {"WIRETAG_WORKERS": "1"})
    asyncio.run(made.create(partitions=2))
    yield made
    made.end()


def read(stage: Stage, stream: str) -> list[Any]:
    return asyncio.run(whole(stage, stream))


def publish(stage: Stage, *records: Record) -> None:
    asyncio.run(stage.publish(records))


def copies(stage: Stage) -> list[Any]:
    """What replays put into the log."""
    return [record for record in read(stage, "raw") if "wiretag_replay" in headers(record)]


def ids(records: list[Any]) -> list[str]:
    return sorted(orjson.loads(record.value)["id"] for record in records)


def test_history_is_tagged_again_beside_live_traffic(stage: Stage) -> None:
    commands, worker = Commands(stage), stage.start()
    first, second = articles(4), articles(2, body="A second version. #tariffs")
    publish(stage, *first, *second, {"id": "a:3", "status": "retracted"}, b"{", None)
    asyncio.run(stage.settled(worker=worker))
    time.sleep(0.01)
    window = ("--from", "1h", "--to", rfc3339(time.time_ns() // 1_000_000))
    publish(stage, {"id": "a:0", "body": "A version after that time."})

    looked = commands("replay", *window, "--dry-run")
    assert "2 articles from" in looked
    assert "left out: 4 older versions and copies, 1 retractions, 1 unreadable (dead letters already), 1 null" in looked
    commands("replay", *window, status=2)  # nobody can be asked here
    told = commands("replay", *window, "--yes", "--wait")
    assert "2 of 2 published" in told
    assert "0 died" in told
    again = copies(stage)
    assert ids(again) == ["a:1", "a:2"]
    assert {record.value for record in again} == {orjson.dumps(second[1]), orjson.dumps(first[2])}
    raw = {f"{stage.raw}/{record.partition}/{record.offset}": record for record in read(stage, "raw")}
    for record in again:
        original = raw[headers(record)["wiretag_replay_of"]]
        assert (record.key, record.value, record.partition) == (original.key, original.value, original.partition)
        check_outcome(stage, record, original)


def check_outcome(stage: Stage, record: Any, original: Any) -> None:
    """The copy was tagged, though nothing had changed, and its outcome has the time of the original's."""
    by_source = {headers(outcome)["ce_id"]: headers(outcome) for outcome in read(stage, "enriched")}
    name = f"{stage.raw}/{record.partition}/"
    assert by_source[f"{name}{record.offset}"]["ce_time"] == by_source[f"{name}{original.offset}"]["ce_time"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_was_interrupted_goes_on_where_it_stood(stage: Stage, number: signal.Signals) -> None:
    commands = Commands(stage)
    publish(stage, *articles(12))
    running = commands.begin("replay", "--from", "1h", "--yes", "--rate", "4")
    while not copies(stage):
        assert running.poll() is None
    publish(stage, *articles(2, start=20))
    running.send_signal(number)
    _, told = running.communicate(timeout=60)
    assert running.returncode == 130
    done = ids(copies(stage))
    assert f"{len(done)} of 12 published" in told
    (resume,) = re.findall(r"to go on: wiretag (replay .* --run \S+)", told)

    changed = next(one for one in articles(12) if one["id"] not in done)
    publish(stage, {**changed, "body": "A newer version."})
    assert f"{len(done)} published by this run before" in commands(*shlex.split(resume), "--yes")
    assert ids(copies(stage)) == sorted(one["id"] for one in articles(12) if one != changed)
    end = len(read(stage, "raw"))
    assert "0 articles from" in commands(*shlex.split(resume), "--yes")
    assert len(read(stage, "raw")) == end


def test_a_newer_version_that_was_overtaken_stands_last_in_the_end(stage: Stage) -> None:
    """The second that cannot be closed: a newer version came just before the older one was published again."""
    (old,), (new,) = articles(1), articles(1, body="The newer version.")
    publish(stage, old)
    time.sleep(0.01)
    between = rfc3339(time.time_ns() // 1_000_000)
    publish(stage, new)
    first = min(read(stage, "raw"), key=lambda record: record.offset)

    async def overtake() -> None:
        event = RawEvent(first.topic, first.partition, first.offset, first.timestamp, first.key, first.value)
        async with Resender(settings_of(stage), "replay", Pace(9, 9), lambda: False, lambda _: None) as resender:
            await resender.send([repeat(event, "another")])

    asyncio.run(overtake())
    assert len(read(stage, "raw")) == 3
    window = ("replay", "--from", "1h", "--to", between, "--yes")
    assert "1 of 1 published" in Commands(stage)(*window)
    assert max(read(stage, "raw"), key=lambda record: record.offset).value == orjson.dumps(new)
    assert "0 articles" in Commands(stage)(*window)


def settings_of(stage: Stage) -> Settings:
    return Settings(bootstrap_servers=stage.kafka.bootstrap_servers, topic_prefix=stage.prefix, group_id=stage.group)


def event_of(stage: Stage, number: int) -> RawEvent:
    event = RawEvent(stage.raw, 1, number, 0, b"k", b'{"id": "a"}')
    return repeat(event, "run")


def test_a_second_run_ends_the_first_and_waits_while_the_service_is_behind(stage: Stage) -> None:
    """Nothing commits for the group, so all of the log is its lag."""

    async def play() -> None:
        lags: list[int] = []
        effective = settings_of(stage)
        async with Resender(effective, "replay", Pace(100, 1), lambda: len(lags) > 2, lags.append) as first:
            assert await first.turn()
            assert await first.send([event_of(stage, 0), event_of(stage, 1)]) == [0, 1]
            async with Resender(effective, "replay", Pace(100, 1), lambda: len(lags) > 2, lags.append) as second:
                with pytest.raises(BrokerUnavailable, match="another replay was started"):
                    await first.send([event_of(stage, 2)])
                assert not await second.turn(), "it waited until it was stopped"
                assert min(lags) >= 2
                assert await second.send([event_of(stage, 3)]) == [0]

    asyncio.run(play())
    assert [headers(record)["wiretag_replay_of"].rsplit("/", 1)[1] for record in copies(stage)] == ["0", "1", "3"]


def test_what_is_too_large_with_its_history_is_left_out(stage: Stage) -> None:
    async def play() -> list[int]:
        async with Resender(settings_of(stage), "replay", Pace(100, 9), lambda: False, lambda _: None) as resender:
            large = RawEvent(stage.raw, 0, 0, 0, b"k", b"x" * 1_048_400)  # the topic takes 1,048,588 bytes
            return await resender.send([repeat(large, "run"), event_of(stage, 1)])

    assert asyncio.run(play()) == [1]

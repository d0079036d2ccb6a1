"""Dead letters worked as an operator works them: on a real broker, with a worker that fails and one that was mended."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.admin.records_to_delete import RecordsToDelete

from service import codec
from service.model import RawEvent, Rejected
from tests.chaos.stage import Stage
from tests.runtime.replays import Commands, headers, whole

pytestmark = pytest.mark.kafka

HOSTILE = b"hostile.example:1\x1b]0;owned\x07"
POISON = b'{"id": "poison.example:1", "body": "Bad. #die", "source": {"domain": "Poison.example"}}'
LARGE = json.dumps({"id": "large.example:1", "body": "Bad. #raise", "metadata": {"m": "x" * 30_000}}).encode()
OLD, NEW = (json.dumps({"id": "twice.example:1", "body": body}).encode() for body in ("Bad. #raise", "Good."))


@pytest.fixture
def stage(kafka: Any, topic_prefix: str, tmp_path: Path) -> Iterator[Stage]:
    made = Stage(kafka, topic_prefix, tmp_path, {"WIRETAG_WORKERS": "1"})
    asyncio.run(made.create(partitions=2, dead={"max.message.bytes": "20000"}))
    yield made
    made.end()


def publish(stage: Stage, *records: tuple[bytes | None, bytes], **extra: Any) -> None:
    async def send() -> None:
        async with stage.producer() as producer:
            for key, value in records:
                await producer.send_and_wait(stage.raw, value, key, **extra)

    asyncio.run(send())


def read(stage: Stage, stream: str) -> list[Any]:
    return asyncio.run(whole(stage, stream))


def listed(commands: Commands, *arguments: str) -> list[dict[str, Any]]:
    lines = [line for line in commands("dead", "list", "--json", *arguments).splitlines() if line.startswith("{")]
    return [json.loads(line) for line in lines]


def one(commands: Commands, *arguments: str) -> dict[str, Any]:
    (found,) = listed(commands, *arguments)
    return found


def test_letters_are_worked(stage: Stage) -> None:
    commands, failing = Commands(stage), stage.start()
    publish(stage, (HOSTILE, b"caf\xe9 \x1b[2J"), headers=[("mine", b"\x1b[31m\xe2\x80\xae")])
    publish(stage, (b"poison.example:1", POISON), headers=[("traceparent", b"00-1"), ("mine", b"\xff")])
    publish(stage, (b"large.example:1", LARGE), (b"twice.example:1", OLD), (b"twice.example:1", NEW))
    asyncio.run(stage.settled(worker=failing))

    look(commands)
    values(commands)
    dies_again(stage, commands)
    assert failing.terminate() == 0
    lives_again(stage, commands)


def post(stage: Stage, events: list[RawEvent], **words: Any) -> None:
    """The dead letters of these events, as a worker would write them."""

    async def send() -> None:
        async with stage.producer() as producer:
            for event in events:
                (letter,) = codec.reject(event, Rejected("tagger_failed", "a bug"), **words).messages
                await producer.send_and_wait(
                    f"{stage.prefix}articles.dead", letter.value, letter.key, partition=0, headers=list(letter.headers)
                )

    asyncio.run(send())


def stored(stage: Stage) -> list[RawEvent]:
    found = [RawEvent(r.topic, r.partition, r.offset, r.timestamp, r.key, r.value) for r in read(stage, "raw")]
    return sorted(found, key=lambda event: event.key or b"")


def test_a_replay_that_was_interrupted_goes_on_and_sends_nothing_twice(stage: Stage) -> None:
    commands = Commands(stage)
    publish(stage, *[(b"a:%02d" % n, b'{"id": "a:%02d", "body": "Text."}' % n) for n in range(10)])
    post(stage, stored(stage))
    running = commands.begin("dead", "replay", "--yes", "--rate", "3")
    while len(listed(commands, "--open")) == 10:
        assert running.poll() is None
    running.send_signal(signal.SIGINT)
    _, told = running.communicate(timeout=60)
    assert running.returncode == 130
    left = len(listed(commands, "--open"))
    assert 0 < left < 10
    assert f"{10 - left} of 10 published" in told
    assert f"{left} of {left} published" in commands("dead", "replay", "--yes")
    again = [r.key for r in read(stage, "raw") if "wiretag_replay" in headers(r)]
    assert sorted(again) == [b"a:%02d" % n for n in range(10)]


def test_what_cannot_be_compared_or_found_any_more_is_left_alone(stage: Stage) -> None:
    commands = Commands(stage)
    publish(stage, (b"a", b'{"id": "a", "body": "Text."}'), (b"b", b'{"id": "b", "body": "Text."}'), (b"c", b"{"))
    first, second, third = stored(stage)
    post(stage, [first, third])
    post(stage, [second], bare=True)
    ends = {TopicPartition(stage.raw, number): RecordsToDelete(-1) for number in (0, 1)}

    async def expire() -> None:
        async with stage.admin() as admin:
            await admin.delete_records(ends)

    asyncio.run(expire())
    told = commands("dead", "replay", "--yes")
    assert "0 letters to replay" in told
    for why in ("articles.raw does not reach back", "would be refused again", "the letter holds no value, and the raw"):
        assert f"left alone: 1 tagger_failed: {why}" in told
    assert "gone from articles.raw" in commands("dead", "show", "0/2", "--value", status=1)
    assert "2 of 2 published" in commands("dead", "replay", "--force", "--yes")
    assert [record.key for record in read(stage, "raw")] in ([b"a", b"c"], [b"c", b"a"])


def look(commands: Commands) -> None:
    """What `list` tells, and that nothing in it, or in `show`, reaches the terminal as it is."""
    reasons = {letter["source"]: letter["reason"] for letter in listed(commands)}
    assert reasons == {
        "hostile.example": "not_utf8",
        "poison.example": "worker_died",
        "large.example": "tagger_failed",
        "twice.example": "tagger_failed",
    }
    assert one(commands, "--source", "POISON.example")["key"] == "poison.example:1"
    assert one(commands, "--reason", "not_utf8", "--reason", "worker_died", "--source", "hostile.example")
    assert listed(commands, "--until", "1h") == listed(commands, "--since", "now") == []
    assert "2  tagger_failed" not in commands("dead", "list", "--count", "--since", "1h")
    assert "no reason that this version knows" in commands("dead", "list", "--reason", "future_word")
    for told in (commands("dead", "list"), commands("dead", "show", "--since", "1h")):
        assert "\\x1b]0;owned\\x07" in told or "hostile.example" in told
        assert not {character for character in told if character not in "\n\t" and not character.isprintable()}
    assert "\\x1b[31m\\u202e" in commands("dead", "show", "--reason", "not_utf8")
    assert "the newest 1 of 4" in commands("dead", "list", "--limit", "1")


def values(commands: Commands) -> None:
    """The raw event comes out as it went in, also where the letter had no room for it."""
    poison, large = one(commands, "--reason", "worker_died"), one(commands, "--source", "large.example")
    assert commands("dead", "show", poison["id"], "--value").encode() == POISON
    assert commands("dead", "show", poison["raw"], "--value").encode() == POISON
    assert large["value_bytes"] is None
    assert "not in the letter" in commands("dead", "show", large["id"])
    assert commands("dead", "show", large["id"], "--value").encode() == LARGE
    assert "no such letter" in commands("dead", "show", "2/900", status=1)
    assert "no such letter" in commands("dead", "show", "77/0", status=1)


def dies_again(stage: Stage, commands: Commands) -> None:
    """Poison that nobody mended is a new letter that knows its past, and is not replayed for ever."""
    first = one(commands, "--reason", "worker_died")
    commands("dead", "replay", "--reason", "worker_died", status=2)  # nobody can be asked here
    assert "1 letters to replay" in commands("dead", "replay", "--reason", "worker_died", "--dry-run")
    assert "worker_died" in commands("dead", "replay", "--reason", "worker_died", "--yes", "--wait", status=1)
    before, after = sorted(listed(commands, "--reason", "worker_died"), key=lambda letter: letter["attempts"])
    assert (before["id"], before["replayed_as"]) == (first["id"], after["raw"])
    assert (after["attempts"], after["replays"], after["replayed_as"]) == (4, 1, None)
    assert one(commands, "--reason", "worker_died", "--open") == after
    assert f"{first['raw']}, letter {stage.prefix}articles.dead/{first['id']}" in commands("dead", "show", after["id"])
    (record,) = [record for record in read(stage, "dead") if headers_of(record).get("wiretag_replays") == b"1"]
    assert (record.key, record.value) == (b"poison.example:1", POISON)
    assert (headers_of(record)["mine"], headers_of(record)["traceparent"]) == (b"\xff", b"00-1")
    told = commands("dead", "replay", "--max-replays", "1", "--reason", "worker_died", "--yes")
    assert "0 letters to replay" in told
    assert "worker_died: replayed already" in told
    assert "worker_died: died again after as many replays" in told


def lives_again(stage: Stage, commands: Commands) -> None:
    """After the fix: everything that can be enriched is, once, in its place among the versions."""
    mended = stage.start("tests.chaos.taggers:mended")
    told = commands("dead", "replay", "--yes", "--wait")
    assert "2 of 2 published" in told
    assert "not_utf8: would be refused again" in told
    assert "tagger_failed: a newer version of the article came since" in told
    assert "0 died" in told
    mended.alive()
    replayed = {r.key: r for r in read(stage, "enriched") if r.key in {b"poison.example:1", b"large.example:1"}}
    assert len(replayed) == 2
    times = {
        record.key: record.timestamp for record in read(stage, "raw") if not headers_of(record).get("wiretag_replay")
    }
    for key, record in replayed.items():
        moment = int(headers(record)["ce_time"][-4:-1])
        assert moment == times[key] % 1000, "the outcome has the time of the first record"
    end = len(read(stage, "raw"))
    assert "0 letters to replay" in commands("dead", "replay", "--yes")
    assert "0 letters to replay" in commands("dead", "replay", "--yes", *[letter["id"] for letter in listed(commands)])
    assert len(read(stage, "raw")) == end, "replayed twice, sent once"


def headers_of(record: Any) -> dict[str, bytes]:
    return dict(record.headers)

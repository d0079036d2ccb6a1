"""``wiretag bench`` on a real Kafka, small: every contestant comes through, and nothing is left behind."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from typing import Any

import psutil
import pytest
from aiokafka.admin import AIOKafkaAdminClient

from service.bench import corpus
from service.bench.limit import deal
from service.bench.race import Race, Spread, Turn


class Runner:
    """Takes so many seconds each time."""

    def __init__(self, name: str, *seconds: float) -> None:
        self.name = name
        self._seconds = iter(seconds)

    async def run(self, texts: Any) -> Turn:
        return Turn(next(self._seconds), parent=0.5)


async def test_ratios_are_taken_within_a_round_and_the_warm_up_does_not_count() -> None:
    contest = Race([Runner("limit", 9, 10, 20, 10), Runner("service", 9, 20, 20, 40)], articles=100)
    await contest.run(corpus.one_sentence(), rounds=3, warm=1, told=lambda _: None)
    limit, service = contest.standings()
    assert limit.ratio == Spread(1.0, 1.0, 1.0)
    assert service.ratio == Spread(0.5, 0.25, 1.0)
    assert service.rate == Spread(5.0, 2.5, 5.0)
    assert service.parent == Spread(5.0, 5.0, 5.0)


def test_texts_return_but_ids_never_do() -> None:
    articles = corpus.one_sentence()
    taken = [*articles.take(60), *articles.take(60)]
    assert len({text.key for text in taken}) == 120
    assert len({json.loads(text.value)["body"] for text in taken}) == 49


def test_shares_of_the_limit_are_about_equal_and_keep_the_order() -> None:
    texts = [corpus.Text(b"%d" % number, b"x" * (number * 7 % 50)) for number in range(100)]
    shares = deal(texts, 3)
    sizes = [sum(len(text.value) for text in share) for share in shares]
    assert max(sizes) - min(sizes) <= 50
    assert sorted((text for share in shares for text in share), key=texts.index) == texts
    assert all(share == sorted(share, key=texts.index) for share in shares)


@pytest.mark.kafka
@pytest.mark.nlp
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["stream", "--articles=40", "--rounds=1", "--peer=confluent"], 4),
        (["latency", "--articles=20", "--rounds=1"], 1),
        (["backlog", "--size=50"], 1),
        (["start", "--rounds=1"], 1),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
async def test_each_part_measures_and_leaves_nothing_behind(kafka: Any, arguments: list[str], names: int) -> None:
    command = [sys.executable, "-m", "service", "bench", *arguments, "--workers=2", "--json"]
    brokers = f"--bootstrap-servers={kafka.bootstrap_servers}"
    ran = await asyncio.to_thread(subprocess.run, [*command, brokers], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    figures = json.loads(ran.stdout)
    assert len(figures) == names
    assert all(value for value in _numbers(figures)), figures
    assert not await _topics(kafka.bootstrap_servers)
    left = [
        process.cmdline() for process in psutil.process_iter() if brokers.partition("=")[2] in _environment(process)
    ]
    assert not left


def test_finding_duplicates_is_measured_without_kafka() -> None:
    command = [sys.executable, "-m", "service", "bench", "duplicates", "--articles=3000", "--json"]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    figures = json.loads(ran.stdout)
    assert 2900 < figures["articles"] <= 3300
    assert 0.6 < figures["originals"] / figures["articles"] < 0.8
    assert figures["recall"] > 0.9
    assert all(figures[name] > 0 for name in ("filling", "steady", "resident", "restoring", "sampled"))


def _numbers(figures: Any) -> list[float]:
    if isinstance(figures, dict):
        return _numbers(list(figures.values()))
    if isinstance(figures, list):
        return [number for figure in figures for number in _numbers(figure)]
    return [figures] if isinstance(figures, float) else []


def _environment(process: psutil.Process) -> str:
    try:
        return process.environ().get("WIRETAG_BOOTSTRAP_SERVERS", "")
    except psutil.Error:
        return ""


async def _topics(brokers: str) -> list[str]:
    admin = AIOKafkaAdminClient(bootstrap_servers=brokers)
    try:
        await admin.start()
        return [name for name in await admin.list_topics() if name.startswith("bench-")]
    finally:
        await admin.close()

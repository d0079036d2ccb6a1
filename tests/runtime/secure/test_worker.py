"""The whole worker on a broker that asks who it is: an article goes through, and its password goes nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.chaos.stage import CHEAP, PATIENT, Worker
from tests.runtime.secure.cluster import USERS, Cluster

pytestmark = pytest.mark.kafka
TEXT = "The ferry to Storholmen sails again."
ARTICLE = f'{{"id": "fjordposten.example:1", "body": "{TEXT}"}}'
SECRET = USERS["admin"]


@pytest.fixture
def settings(cluster: Cluster) -> dict[str, str]:
    """PLAIN: the password itself is on the wire, where aiokafka would log it."""
    return {**PATIENT, **cluster.settings("admin"), "WIRETAG_WORKERS": "1", "WIRETAG_LOG_LEVEL": "DEBUG"}


@pytest.fixture
def worker(cluster: Cluster, settings: dict[str, str], tmp_path: Path) -> Iterator[Worker]:
    assert cluster.run(settings, "topics", "create").returncode == 0
    started = Worker(settings, tmp_path / "log", CHEAP)
    yield started
    if started.process.poll() is None:
        started.kill()


def test_an_article_goes_through_and_the_password_shows_nowhere(
    cluster: Cluster, settings: dict[str, str], worker: Worker, tmp_path: Path
) -> None:
    word = tmp_path / "password"
    word.write_text(f"{SECRET}\n")
    by_certificate = cluster.settings("", "", "MUTUAL")
    by_file = {**cluster.settings("admin", "SCRAM-SHA-512", "CLEAR"), "WIRETAG_SASL_PASSWORD": ""}
    by_file["WIRETAG_SASL_PASSWORD_FILE"] = str(word)
    assert cluster.run(by_certificate, "publish", "-", given=ARTICLE).returncode == 0
    tailed = cluster.run(by_file, "tail", "--from-beginning", "--count", "1", "--json")
    assert TEXT in tailed.stdout, tailed.stderr + worker.tail()

    processes = [psutil.Process(worker.process.pid), *worker.tagging]
    seen = [worker.metrics(), *(" ".join(one.cmdline()) for one in processes)]
    inherited = [str(one.environ()) for one in worker.tagging]
    assert len(inherited) == 1
    listening = [one.laddr.ip for one in processes[0].net_connections() if one.status == psutil.CONN_LISTEN]
    assert listening == ["127.0.0.1"], "nobody else on the network reaches it unless told to"
    assert worker.terminate() == 0
    assert "DEBUG   aiokafka: " in worker.said(), "it tells a lot"
    shown = [cluster.run(settings, "config", *form).stdout for form in ([], ["--json"])]
    assert all("WIRETAG_SASL_PASSWORD" in text for text in shown)
    outputs = [worker.said(), *seen, *inherited, *shown, tailed.stdout, tailed.stderr]
    assert [text for text in outputs if SECRET in text] == []
    assert TEXT not in worker.said()


def test_a_worker_that_is_refused_says_so_and_ends(cluster: Cluster, settings: dict[str, str], tmp_path: Path) -> None:
    wrong = {**settings, "WIRETAG_SASL_PASSWORD": "not the right one"}
    worker = Worker(wrong, tmp_path / "log", CHEAP)
    assert worker.process.wait(30) == 1
    assert re.fullmatch(
        r"Kafka at .*: the user 'admin' or the password is refused \(PLAIN\): .*", worker.said().splitlines()[-1]
    )
    assert "not the right one" not in worker.said()

"""A whole worker as operators meet it: health from start to end, its metrics, its log."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from service.runtime.embedded.broker import EmbeddedKafka

pytestmark = [pytest.mark.kafka, pytest.mark.nlp]
WIRETAG = [sys.executable, "-m", "service"]
PATIENCE = 120.0


class Worker:
    """One with JSON logs, in a process of its own."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self._log = log
        self._url = f"http://127.0.0.1:{environment['WIRETAG_WEB_PORT']}"
        with log.open("wb") as stream:
            self.process = subprocess.Popen([*WIRETAG, "worker"], env=environment, stdout=stream, stderr=stream)

    def get(self, path: str) -> tuple[int, str]:
        """Status and body; 0 where nobody listens yet."""
        try:
            with urllib.request.urlopen(self._url + path, timeout=10) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read().decode()
        except OSError:
            return 0, ""

    def readiness(self) -> Iterator[tuple[int, str]]:
        """What /readyz answers, until it says 200."""
        end = time.monotonic() + PATIENCE
        while self.process.poll() is None and time.monotonic() < end:
            answer = self.get("/readyz")
            yield answer
            if answer[0] == 200:
                return
            time.sleep(0.1)
        pytest.fail(f"not ready:\n{self._log.read_text()}")

    def log(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._log.read_text().splitlines()]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def worker(kafka: EmbeddedKafka, topic_prefix: str, tmp_path: Path) -> Iterator[Worker]:
    environment = {
        **os.environ,
        "WIRETAG_BOOTSTRAP_SERVERS": kafka.bootstrap_servers,
        "WIRETAG_TOPIC_PREFIX": topic_prefix,
        "WIRETAG_GROUP_ID": topic_prefix,
        "WIRETAG_WORKERS": "1",
        "WIRETAG_WEB_PORT": str(free_port()),
        "WIRETAG_LOG_FORMAT": "json",
    }
    subprocess.run([*WIRETAG, "topics", "create"], env=environment, check=True, capture_output=True)
    started = Worker(environment, tmp_path / "log")
    yield started
    started.process.kill()
    started.process.wait()


def test_health_metrics_and_log_tell_the_truth(worker: Worker) -> None:
    answers = [(status, json.loads(body)) for status, body in worker.readiness() if status]
    assert answers[0][0] == 503
    assert "no tagging process is ready" in answers[0][1]["reasons"]
    assert answers[-1] == (200, {"ready": True, "reasons": []})
    assert worker.get("/healthz")[0] == 200

    families = {family.name: family for family in text_string_to_metric_families(worker.get("/metrics")[1])}
    assert families["wiretag_ready"].samples[0].value == 1
    assert families["wiretag_owned_partitions"].samples[0].value > 1
    assert families["wiretag_tagging_memory_bytes"].samples[0].value > 50_000_000

    worker.process.send_signal(signal.SIGTERM)
    assert worker.process.wait(60) == 0
    lines = worker.log()
    assert {line["service"] for line in lines} == {"wiretag"}
    assert {line["level"] for line in lines} <= {"INFO", "WARNING", "ERROR"}

"""``wiretag demo`` as a new user meets it, on a broker that is there already."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from service.demo import samples
from service.runtime.embedded.broker import EmbeddedKafka

pytestmark = [pytest.mark.kafka, pytest.mark.nlp, pytest.mark.timeout(400)]
WIRETAG = [sys.executable, "-m", "service"]
README = Path(__file__).parents[2] / "README.md"


@pytest.fixture
def environment(kafka: EmbeddedKafka, topic_prefix: str) -> dict[str, str]:
    ours = {
        "WIRETAG_BOOTSTRAP_SERVERS": kafka.bootstrap_servers,
        "WIRETAG_TOPIC_PREFIX": topic_prefix,
        "WIRETAG_GROUP_ID": topic_prefix,
        "WIRETAG_WEB_PORT": "0",
        "WIRETAG_WORKERS": "1",
    }
    return {**os.environ, **ours}


@pytest.fixture
def demo(environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    child = subprocess.Popen(
        [*WIRETAG, "demo", "--bootstrap-servers", environment["WIRETAG_BOOTSTRAP_SERVERS"]],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    yield child
    child.kill()
    child.wait()


def _until(child: subprocess.Popen[str], words: str) -> str:
    """What it prints up to and with the line that holds the words."""
    assert child.stdout
    said = ""
    for line in child.stdout:
        said += line
        if words in line:
            return said
    raise AssertionError(f"{words!r} was never printed:\n{said}\n{child.stderr.read() if child.stderr else ''}")


def test_the_demo_from_beginning_to_ctrl_c(
    demo: subprocess.Popen[str], environment: dict[str, str], tmp_path: Path
) -> None:
    said = _until(demo, "Ctrl-C ends all of it.")
    count = len(samples.load())
    assert f"{count} of {count} sample articles came through as expected." in said
    assert all(sample.shows in said for sample in samples.load())
    assert "not_json: " in said
    assert "\x1b" not in said, "no colours where there is no terminal"

    assert re.search(r" publish FILE$", said, re.MULTILINE), "no option, as long as the environment says it all"
    (site,) = re.findall(r"http://[\d.]+:\d+", said)
    with urllib.request.urlopen(f"{site}/metrics", timeout=10) as answer:
        assert b"wiretag_outcomes_total" in answer.read()

    (first,) = re.findall(r"```sh\n(cat > ferries.txt.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    command = first.replace(".venv/bin/wiretag", shlex.join(WIRETAG))
    done = subprocess.run(
        ["sh", "-ec", command], env=environment, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    told = done.stderr.replace(environment["WIRETAG_TOPIC_PREFIX"], "").strip()
    assert f"`{told}`, it says" in README.read_text(encoding="utf-8")
    shown = _until(demo, "→ ")
    assert "published from another terminal" in shown
    for part in ("theme   ai-partnerships", "event   partnership announced", "about   ", "ferries"):
        assert part in shown

    children = psutil.Process(demo.pid).children(recursive=True)
    demo.send_signal(signal.SIGINT)
    _, problems = demo.communicate(timeout=60)
    assert (demo.returncode, problems) == (0, "")
    assert not [child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE]

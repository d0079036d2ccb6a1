"""Prometheus' own judgement: of the metrics, of the alerts, and of every panel of the dashboard, on a real scrape."""

import asyncio
import contextlib
import json
import re
import shutil
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml

from service.model import ENTITY_TYPES, Processed, RawEvent, Report
from service.runtime.telemetry import catalogue
from service.runtime.telemetry.metrics import Metrics
from service.runtime.telemetry.site import Health, Site
from topics import catalogue as topics

DEPLOY = Path(__file__).parents[2] / "deploy"
RULES = DEPLOY / "prometheus" / "wiretag.rules.yml"
DASHBOARD = DEPLOY / "grafana" / "dashboards" / "wiretag.json"
OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"
PROCESS_METRICS = {"process_cpu_seconds_total", "process_resident_memory_bytes", "process_start_time_seconds"}


def tool(name: str) -> str:
    """Of Debian's package ``prometheus``."""
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"{name} is not installed (Debian: apt-get install prometheus)")
    return path


def alerts() -> list[dict[str, Any]]:
    return [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]


def panels() -> list[tuple[str, str]]:
    """Title and expression of every query of the dashboard, with its variables filled in."""
    board = json.loads(DASHBOARD.read_text())
    return [
        (panel["title"], target["expr"].replace("$__rate_interval", "5s").replace("$instance", ".*"))
        for panel in board["panels"]
        for target in panel.get("targets", [])
    ]


def exported() -> set[str]:
    """Every name that a query may use."""
    parts = ("_bucket", "_sum", "_count")
    histograms = {spec.name + part for spec in catalogue.CATALOGUE if spec.kind == "histogram" for part in parts}
    return {spec.name for spec in catalogue.CATALOGUE if spec.kind != "histogram"} | histograms | PROCESS_METRICS


@pytest.mark.parametrize(("where", "expression"), [*panels(), *((alert["alert"], alert["expr"]) for alert in alerts())])
def test_queries_use_only_what_the_catalogue_has(where: str, expression: str) -> None:
    used = set(re.findall(r"\b(?:wiretag|process)_[a-z_]+\b", expression))
    assert used or expression.startswith("up{")
    assert used <= exported(), where


def test_every_alert_has_its_section_and_its_test() -> None:
    names = [alert["alert"] for alert in alerts()]
    sections = re.findall(r"^### (Wiretag\w+)$", OPERATIONS.read_text(encoding="utf-8"), re.MULTILINE)
    cases = yaml.safe_load((DEPLOY / "prometheus" / "wiretag.rules.test.yml").read_text())["tests"]
    fired = {test["alertname"] for case in cases for test in case["alert_rule_test"] if test.get("exp_alerts")}
    assert sections == names
    assert fired == set(names)
    for alert in alerts():
        assert alert["annotations"]["runbook"] == f"docs/operations.md#{alert['alert'].lower()}"


def test_the_alert_on_our_own_faults_knows_them_all() -> None:
    (poison,) = [alert["expr"] for alert in alerts() if alert["alert"] == "WiretagPoison"]
    (named,) = re.findall(r'reason=~"([^"]*)"', poison)
    assert set(named.split("|")) == {reason.name for reason in topics.reasons() if reason.fault == "service"} | {
        "other"
    }


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "config", "prometheus.yml"],
        ["check", "rules", "wiretag.rules.yml"],
        ["test", "rules", "wiretag.rules.test.yml"],
    ],
    ids=" ".join,
)
def test_promtool_accepts_the_configuration(arguments: list[str]) -> None:
    done = subprocess.run(
        [tool("promtool"), *arguments], cwd=DEPLOY / "prometheus", capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_promtool_accepts_the_metrics() -> None:
    metrics = Metrics()
    work(metrics)
    body, _ = metrics.render()
    done = subprocess.run([tool("promtool"), "check", "metrics"], input=body, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def work(metrics: Metrics) -> None:
    """A little of everything that can happen."""
    now = time.time()
    event = RawEvent("articles.raw", 0, 7, int(now * 1000) - 300, b"a", b"{}")
    enriched = Report(
        "enriched",
        language="en",
        themes=("trade",),
        entity_types=dict.fromkeys(ENTITY_TYPES, 1),
        events={"tariff": 1},
        timings=dict.fromkeys(catalogue.STAGE_NAMES, 0.003),
        key_differs=True,
    )
    reports = (enriched, Report("dead", reason="not_json"), Report("unchanged"))
    metrics.owned([0, 1])
    metrics.consumed(0, len(reports))
    metrics.published(0, [(event, Processed(7, (), report)) for report in reports], 0.02, [0.1] * len(reports))
    metrics.lag(0, 12)
    metrics.in_flight(3)
    metrics.loop_delay(0.002)
    metrics.worker_restarted("died")
    metrics.rebalanced()
    metrics.holes(0, 1)
    metrics.dropped(0, 1)


# --- a real Prometheus ----------------------------------------------------------------------------------------------


class Prometheus:
    """A running one, asked over its HTTP interface."""

    def __init__(self, port: int, session: aiohttp.ClientSession) -> None:
        self._url = f"http://127.0.0.1:{port}/api/v1"
        self._session = session

    async def get(self, path: str, **parameters: str) -> dict[str, Any]:
        async with self._session.get(f"{self._url}/{path}", params=parameters) as response:
            answer: dict[str, Any] = await response.json()
            assert answer["status"] == "success", answer
            found: dict[str, Any] = answer["data"]
            return found

    async def query(self, expression: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.get("query", query=expression))["result"]
        return found

    async def has(self, expression: str) -> bool:
        """Once Prometheus answers at all, whether the query finds something."""
        with contextlib.suppress(aiohttp.ClientError):
            return bool(await self.query(expression))
        return False

    async def rules(self) -> list[dict[str, Any]]:
        (group,) = (await self.get("rules"))["groups"]
        rules: list[dict[str, Any]] = group["rules"]
        return rules

    async def evaluates(self) -> bool:
        """Whether every alert was evaluated, without an error."""
        return {rule["health"] for rule in await self.rules()} == {"ok"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def configuration(target: str) -> str:
    """What is deployed, but for where it scrapes and how often."""
    config = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text())
    (job,) = config["scrape_configs"]
    del job["dns_sd_configs"]
    job["static_configs"] = [{"targets": [target]}]
    config["global"] = {"scrape_interval": "500ms", "evaluation_interval": "500ms"}
    config["rule_files"] = [str(RULES)]
    return yaml.safe_dump(config)


@contextlib.contextmanager
def running(config: Path, port: int) -> Iterator[None]:
    command = [tool("prometheus"), f"--config.file={config}", f"--storage.tsdb.path={config.parent / 'data'}"]
    process = subprocess.Popen([*command, f"--web.listen-address=127.0.0.1:{port}", "--log.level=warn"])
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture
async def prometheus(tmp_path: Path) -> AsyncIterator[Prometheus]:
    """Scrapes a real site whose service is busy."""
    metrics = Metrics()
    site = Site("127.0.0.1", 0, metrics, lambda: Health(live=True, ready=True))
    config = tmp_path / "prometheus.yml"
    config.write_text(configuration(f"127.0.0.1:{await site.start()}"))
    port = free_port()
    with running(config, port):
        async with aiohttp.ClientSession() as session:
            busy = asyncio.create_task(_work_on(metrics))
            yield Prometheus(port, session)
            busy.cancel()
    await site.stop()


async def _work_on(metrics: Metrics) -> None:
    while True:
        work(metrics)
        await asyncio.sleep(0.1)


async def test_every_panel_and_alert_works_on_a_real_scrape(prometheus: Prometheus) -> None:
    await until(lambda: prometheus.has("rate(wiretag_consumed_events_total[5s]) > 0"))
    assert [title for title, expression in panels() if not await prometheus.query(expression)] == []
    await until(prometheus.evaluates)
    assert [rule["name"] for rule in await prometheus.rules()] == [alert["alert"] for alert in alerts()]
    assert (await prometheus.query('up{job="wiretag"}'))[0]["value"][1] == "1"


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(60):
        while True:
            if await holds():
                return
            await asyncio.sleep(0.2)

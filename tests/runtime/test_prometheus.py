"""Prometheus' own judgement: of the metrics, of the rules, and of every panel of the dashboard, on real processes."""

import asyncio
import contextlib
import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml
from aiokafka import AIOKafkaProducer

from service.demo import samples
from service.model import ENTITY_TYPES, Processed, RawEvent, Report
from service.runtime.duplicates import metrics as duplicates
from service.runtime.embedded.broker import EmbeddedKafka
from service.runtime.telemetry import catalogue
from service.runtime.telemetry.metrics import Metrics
from service.runtime.web import metrics as page
from tests.runtime.test_worker_site import WIRETAG, Worker, free_port

DEPLOY = Path(__file__).parents[2] / "deploy"
CONFIG: dict[str, Any] = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text())
DASHBOARD = DEPLOY / "grafana" / "dashboards" / "wiretag.json"
OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"
MEASURED = (*catalogue.CATALOGUE, *duplicates.CATALOGUE, *page.CATALOGUE)
PROCESS_METRICS = {"process_cpu_seconds_total", "process_resident_memory_bytes", "process_start_time_seconds"}


def tool(name: str) -> str:
    """Of Debian's package ``prometheus``."""
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"{name} is not installed (Debian: apt-get install prometheus)")
    return path


def groups() -> list[dict[str, Any]]:
    """Those of all rule files."""
    files = [yaml.safe_load((DEPLOY / "prometheus" / name).read_text()) for name in CONFIG["rule_files"]]
    return [group for file in files for group in file["groups"]]


def alerts() -> list[dict[str, Any]]:
    return [rule for group in groups() for rule in group["rules"] if "alert" in rule]


def records() -> list[dict[str, Any]]:
    return [rule for group in groups() for rule in group["rules"] if "record" in rule]


def panels() -> list[tuple[str, str]]:
    """Title and expression of every query of the dashboard, with its variables filled in."""
    board = json.loads(DASHBOARD.read_text())
    return [
        (panel["title"], target["expr"].replace("$__rate_interval", "5s").replace("$instance", ".*"))
        for panel in board["panels"]
        for target in panel.get("targets", [])
    ]


def recorded() -> list[tuple[str, str]]:
    """Name and series of every recording rule."""
    return [
        (rule["record"], rule["record"] + "".join(f'{{{name}="{of}"}}' for name, of in rule.get("labels", {}).items()))
        for rule in records()
    ]


def unconditional(expression: str) -> str:
    """An alert's expression that finds something whether the alert fires or not, if each of its parts does: comparisons
    give 0 or 1 instead of leaving out, and of alternatives all are asked for (but for what is to be absent).
    """
    present = re.sub(r"\s+or\s+absent\(.*\)", "", expression)
    return re.sub(r"(==|!=|>=|<=|>|<)(?=\s)", r"\1 bool", re.sub(r"\b(or|unless)\b", "and", present))


def queries() -> list[tuple[str, str]]:
    """Where it stands, and the expression: panels, recording rules, alerts."""
    rules = [(rule["record"], rule["expr"]) for rule in records()]
    return [*panels(), *rules, *((alert["alert"], alert["expr"]) for alert in alerts())]


def exported() -> set[str]:
    """Every name of ours that a query may use."""
    parts = ("_bucket", "_sum", "_count")
    histograms = {spec.name + part for spec in MEASURED if spec.kind == "histogram" for part in parts}
    return {spec.name for spec in MEASURED if spec.kind != "histogram"} | histograms | PROCESS_METRICS


def named(expression: str) -> set[str]:
    """The metrics and recording rules in it."""
    return set(re.findall(r"\b(?:(?:slo|producer):[\w:]+|(?:wiretag|process)_\w+|ALERTS|up)\b(?![\"(])", expression))


@pytest.mark.parametrize(("where", "expression"), queries())
def test_queries_use_only_what_there_is(where: str, expression: str) -> None:
    known = exported() | {"ALERTS", "up"} | {rule["record"] for rule in records()}
    assert named(expression) <= known, where
    assert named(expression) or expression.startswith("vector(")


def test_nothing_is_measured_that_nobody_looks_at() -> None:
    used = {name for _, expression in queries() for name in named(expression)}
    unused = {spec.name for spec in MEASURED if not any(name.startswith(spec.name) for name in used)}
    assert unused == set()


def test_every_recording_rule_is_used() -> None:
    used = {name for _, expression in queries() for name in named(expression)}
    assert {rule["record"] for rule in records()} <= used


def test_every_alert_has_its_section_and_its_tests() -> None:
    names = [alert["alert"] for alert in alerts()]
    sections = re.findall(r"^### (Wiretag\w+)$", OPERATIONS.read_text(encoding="utf-8"), re.MULTILINE)
    cases = yaml.safe_load((DEPLOY / "prometheus" / "wiretag.rules.test.yml").read_text())["tests"]
    tests = [test for case in cases for test in case.get("alert_rule_test", [])]
    assert sections == names
    assert {test["alertname"] for test in tests if test.get("exp_alerts")} == set(names)
    assert {test["alertname"] for test in tests if not test.get("exp_alerts")} == set(names)
    for alert in alerts():
        assert alert["annotations"]["runbook"] == f"docs/operations.md#{alert['alert'].lower()}"


def test_the_objective_for_freshness_stands_at_a_bucket() -> None:
    body, _ = Metrics().render()
    (bound,) = {bound for rule in records() for bound in re.findall(r'le="([^"]*)"', rule["expr"])}
    assert f'wiretag_freshness_seconds_bucket{{le="{bound}"}}'.encode() in body


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "config", "prometheus.yml"],
        ["check", "rules", "wiretag.rules.yml", "wiretag.slo.yml"],
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

    async def silent(self, queries: list[tuple[str, str]]) -> list[str]:
        """Where a query finds nothing."""
        return [where for where, expression in queries if not await self.query(expression)]

    async def rules(self) -> dict[str, str]:
        """The health of every rule by its name."""
        found = (await self.get("rules"))["groups"]
        return {rule["name"]: rule["health"] for group in found for rule in group["rules"]}


def configuration(folder: Path, ports: dict[str, int]) -> Path:
    """What is deployed, but for where it scrapes and how often."""
    for name in CONFIG["rule_files"]:
        rules = yaml.safe_load((DEPLOY / "prometheus" / name).read_text())
        for group in rules["groups"]:
            group.pop("interval", None)
        (folder / name).write_text(yaml.safe_dump(rules, sort_keys=False))
    jobs = [
        {"job_name": name, "static_configs": [{"targets": [f"127.0.0.1:{ports[name]}"]}]}
        for name in (job["job_name"] for job in CONFIG["scrape_configs"])
    ]
    every = {"scrape_interval": "500ms", "evaluation_interval": "500ms"}
    config = folder / "prometheus.yml"
    config.write_text(yaml.safe_dump({**CONFIG, "global": every, "scrape_configs": jobs}))
    return config


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
def ports() -> dict[str, int]:
    """Of each scrape job."""
    return {"wiretag": free_port(), "wiretag-web": free_port(), "wiretag-duplicates": free_port()}


@pytest.fixture
def environment(
    kafka: EmbeddedKafka, topic_prefix: str, ports: dict[str, int], tmp_path: Path
) -> Iterator[dict[str, str]]:
    """That of a ready worker, with the page and the process for duplicates beside it."""
    there = {
        **os.environ,
        "WIRETAG_BOOTSTRAP_SERVERS": kafka.bootstrap_servers,
        "WIRETAG_TOPIC_PREFIX": topic_prefix,
        "WIRETAG_GROUP_ID": topic_prefix,
        "WIRETAG_WORKERS": "1",
        "WIRETAG_WEB_PORT": str(ports["wiretag"]),
        "WIRETAG_PAGE_PORT": str(ports["wiretag-web"]),
        "WIRETAG_DUPLICATES_PORT": str(ports["wiretag-duplicates"]),
    }
    subprocess.run([*WIRETAG, "topics", "create"], env=there, check=True, capture_output=True)
    with contextlib.ExitStack() as stack:
        for command in ("web", "duplicates"):
            log = stack.enter_context((tmp_path / command).open("wb"))
            process = subprocess.Popen([*WIRETAG, command], env=there, stdout=log, stderr=log)
            stack.callback(process.wait)
            stack.callback(process.kill)
        worker = Worker(there, tmp_path / "log")
        stack.callback(worker.process.wait)
        stack.callback(worker.process.kill)
        assert list(worker.readiness())[-1][0] == 200
        yield there


async def send(environment: dict[str, str]) -> None:
    """What scrapers send, until it is cancelled: articles, always new ones, and what is none."""
    topic = environment["WIRETAG_TOPIC_PREFIX"] + "articles.raw"
    articles = [sample.event for sample in samples.load() if sample.outcome == "enriched"]
    async with AIOKafkaProducer(bootstrap_servers=environment["WIRETAG_BOOTSTRAP_SERVERS"]) as producer:
        for number in count():
            article = {**dict(articles[number % len(articles)]), "id": f"fine.example:{number}"}
            await producer.send(topic, json.dumps(article).encode(), article["id"].encode())
            await producer.send(topic, b"<html>", b"broken.example:1")
            await asyncio.sleep(0.1)


async def paste(session: aiohttp.ClientSession, port: int) -> None:
    """What a visitor does, until it is cancelled."""
    while True:
        with contextlib.suppress(aiohttp.ClientError):
            await session.post(f"http://127.0.0.1:{port}/tag", data={"body": "Canada announced a tariff on steel."})
        await asyncio.sleep(0.5)


@pytest.fixture
async def prometheus(environment: dict[str, str], ports: dict[str, int], tmp_path: Path) -> AsyncIterator[Prometheus]:
    """Scrapes processes that are busy."""
    port = free_port()
    with running(configuration(tmp_path, ports), port):
        async with aiohttp.ClientSession() as session:
            busy = [
                asyncio.create_task(send(environment)),
                asyncio.create_task(paste(session, ports["wiretag-web"])),
            ]
            yield Prometheus(port, session)
            for task in busy:
                task.cancel()


@pytest.mark.kafka
@pytest.mark.nlp
async def test_every_panel_and_rule_finds_something_on_real_processes(prometheus: Prometheus) -> None:
    asked = [*panels(), *recorded(), *((alert["alert"], unconditional(alert["expr"])) for alert in alerts())]
    silent = ["Prometheus itself"]
    end = time.monotonic() + 60
    while silent and time.monotonic() < end:
        await asyncio.sleep(0.5)
        with contextlib.suppress(aiohttp.ClientError):
            silent = await prometheus.silent(asked)
    assert silent == []
    names = {rule.get("alert") or rule["record"] for rule in [*alerts(), *records()]}
    assert await prometheus.rules() == dict.fromkeys(names, "ok")
    assert (await prometheus.query('sum(wiretag_ready{job="wiretag"}) / count(up{job="wiretag"})'))[0]["value"][
        1
    ] == "1"
    refused = await prometheus.query('producer:wiretag_refused_events:increase15m{producer="broken.example"} > 0')
    fine = await prometheus.query('producer:wiretag_refused_events:increase15m{producer="fine.example"} == 0')
    assert (len(refused), len(fine)) == (1, 1)

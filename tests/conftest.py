"""What tests share: one real Kafka a session, a topic prefix of one's own, the development data, the rule on skips."""

from __future__ import annotations

import os
import secrets
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.runtime.embedded.broker import EmbeddedKafka

ROOT = Path(__file__).parent.parent
SHARED = Path(os.environ.get("WIRETAG_SHARED") or ROOT.parent / "shared")
STRICT = os.environ.get("CI") == "true"


def pytest_configure() -> None:
    """A shell that starts us in the background has us ignore Ctrl-C, and our children would inherit that."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def kafka() -> Iterator[EmbeddedKafka]:
    """One broker for all tests of the session; a test that stops or freezes its broker takes one of its own."""
    with EmbeddedKafka(properties={"log.cleaner.backoff.ms": "500"}, progress=print) as broker:
        yield broker


@pytest.fixture
def topic_prefix() -> str:
    """Different for every test, so that tests share a broker and nothing else."""
    return f"t{secrets.token_hex(4)}."


@pytest.fixture(scope="session")
def shared() -> Path:
    """The development data. For tests marked ``shared``, which are deselected where it is absent."""
    return SHARED


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests of development data that is not here are deselected: the only ones that CI=true lets go."""
    if SHARED.is_dir():
        return
    absent = [item for item in items if item.get_closest_marker("shared")]
    items[:] = [item for item in items if item not in absent]
    config.hook.pytest_deselected(items=absent)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Without a number: what the processes of pytest-xdist leave out, nobody counts."""
    if not SHARED.is_dir():
        terminalreporter.write_line(f"left out: the tests that need the development data, {SHARED} is absent")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    if STRICT and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid}: skipped, which CI=true forbids: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    report = yield
    if STRICT and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"{collector.nodeid}: skipped, which CI=true forbids: {report.longrepr}"
    return report

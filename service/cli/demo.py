"""``wiretag demo``: a real Kafka, the service, and sample articles on their way through it."""

from __future__ import annotations

import asyncio
import contextlib
import re
import secrets
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from service import credentials
from service.cli import options, safe
from service.cli.arrivals import Arrival, Arrivals
from service.cli.display import card, headline, indented
from service.cli.processes import Process
from service.cli.steps import Steps
from service.demo import samples
from service.demo.samples import Sample
from service.errors import WiretagError
from service.nlp import taxonomy
from service.runtime.embedded.broker import EmbeddedKafka
from service.runtime.kafka import topics_admin
from service.runtime.kafka.publishing import Raw, publish
from service.runtime.kafka.tailing import Tail
from service.settings import Settings, load

PATIENCE = 180.0  # seconds until all samples must have come through
LOOK = 0.2  # seconds between two looks at what has arrived
PLAIN_WIDTH = 110  # columns where there is no terminal


@click.command()
@click.option("--once", is_flag=True, help="End by itself; exit status 0 only if all came through as expected.")
@options.kafka
@click.pass_context
def command(ctx: click.Context, once: bool, effective: Settings) -> None:
    """Start a real Apache Kafka, create the topics, start the service, publish sample articles and show what comes out.

    With --bootstrap-servers it uses those brokers instead, which WIRETAG_BOOTSTRAP_SERVERS alone does not. The people,
    companies and news in the samples are invented.
    """
    given = ctx.params["bootstrap_servers"] is not None
    console = Console(width=None if sys.stdout.isatty() else PLAIN_WIDTH, highlight=False)
    with Steps(console) as steps, contextlib.ExitStack() as stack:
        there, suffix = stack.enter_context(_brokers(effective, given, steps))
        demo = Demo(there, [sample.renamed(suffix) for sample in samples.load()], console, steps)
        with demo.running():
            problems = _until_interrupted(demo, once)
        steps("stopping")
    for problem in problems:
        click.echo(problem, err=True)
    ctx.exit(1 if problems else 0)


def _until_interrupted(demo: Demo, once: bool) -> list[str]:
    """Ctrl-C and SIGTERM are how a demo ends: no error, unless something is still to come."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return asyncio.run(demo.run(once))
    except KeyboardInterrupt:
        if not demo.complete:
            raise
        return demo.problems()


@contextlib.contextmanager
def _brokers(effective: Settings, given: bool, steps: Steps) -> Iterator[tuple[Settings, str]]:
    """Settings with brokers: those that were named, or else our own, where other commands look for them if that is
    here and free; and what makes the samples' ids new there.
    """
    ports = {name: port if _free(port := getattr(effective, name)) else 0 for name in ("web_port", "page_port")}
    if given:
        yield effective.model_copy(update=ports), f"-{secrets.token_hex(2)}"
        return
    usual = re.fullmatch(r"(?:127\.0\.0\.1|localhost):(\d+)", effective.bootstrap_servers)
    where = int(usual[1]) if usual and _free(int(usual[1])) else None
    with EmbeddedKafka(progress=steps, port=where) as kafka:
        ours = {"bootstrap_servers": kafka.bootstrap_servers, "security_protocol": "PLAINTEXT", **ports}
        yield effective.model_copy(update=dict.fromkeys(credentials.SETTINGS) | ours), ""


def _free(port: int) -> bool:
    with contextlib.closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


class Demo:
    """One showing on brokers that are there."""

    def __init__(self, effective: Settings, shown: Sequence[Sample], console: Console, steps: Steps) -> None:
        self._settings, self._console, self._steps = effective, console, steps
        self._samples = {sample.id: sample for sample in shown}
        self._arrivals = Arrivals(shown)
        self._folder = Path()
        self._processes: dict[str, Process] = {}

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """The topics are there, and the service is starting; all that was started is ended afterwards."""
        self._steps("creating topics")
        asyncio.run(topics_admin.create(self._settings))
        with tempfile.TemporaryDirectory(prefix="wiretag-demo-") as folder:
            self._folder = Path(folder)
            try:
                self._start("worker")
                yield
            finally:
                for process in reversed(self._processes.values()):
                    process.stop()

    def _start(self, name: str) -> Process:
        self._processes[name] = process = Process(name, self._settings, self._folder)
        return process

    async def run(self, once: bool) -> list[str]:
        """Publishes the samples and shows what comes of them; what did not come through as expected. Unless ``once``
        it then goes on showing whatever arrives, until Ctrl-C.
        """
        streams = ["enriched", "dead", *(f"enriched.{theme.id}" for theme in taxonomy.load())]
        async with Tail(self._settings, streams) as tail:
            await self._publish()
            self._steps("starting the service, which loads its language model")
            deadline = time.monotonic() + PATIENCE
            await self._gather(tail, lambda: self.complete or time.monotonic() > deadline)
            self._conclude()
            if not once:
                await self._invite()
                await self._gather(tail, lambda: False)
        return self.problems()

    @property
    def complete(self) -> bool:
        """Whether something has come of every sample."""
        return self._arrivals.complete

    def problems(self) -> list[str]:
        """What has not come through as its sample says, one line each."""
        return self._arrivals.problems()

    async def _publish(self) -> None:
        self._steps(f"publishing {len(self._samples)} sample articles to articles.raw")
        records = [Raw(sample.id, sample.id.encode(), sample.value) for sample in self._samples.values()]
        await publish(self._settings, records, self._unpublished, lambda _: None)

    @staticmethod
    def _unpublished(where: str, reason: str) -> None:
        raise WiretagError(f"{where}: {reason}")

    async def _gather(self, tail: Tail, ended: Callable[[], bool]) -> None:
        while not ended():
            for published in await tail.some(LOOK):
                self._arrivals.take(published, time.monotonic())
            for arrival in self._arrivals.ripe(time.monotonic()):
                self._show(arrival)
            for process in self._processes.values():
                process.check()

    def _show(self, arrival: Arrival) -> None:
        self._steps.pause()
        sample = self._samples.get(arrival.key)
        self._console.print(Text(f"── {sample.shows if sample else 'published from another terminal'}", "dim"))
        if arrival.outcome == "dead":
            reason = f"{arrival.header('wiretag_reason')}: {arrival.header('wiretag_detail')}"
            self._console.print(headline(arrival.key, ""), indented(Text(safe.one_line(reason), "red")), sep="\n")
        else:
            self._console.print(card(arrival.record))
        topics = ", ".join(sorted(f"articles.{stream}" for stream in arrival.streams))
        self._console.print(Text(f"  → {topics}", "dim"), end="\n\n")

    def _conclude(self) -> None:
        self._steps.pause()
        through = len(self._samples) - len(self.problems())
        self._console.print(f"{through} of {len(self._samples)} sample articles came through as expected.")

    async def _invite(self) -> None:
        """The page starts only now: two language models at once would make everybody wait."""
        page = await self._start("web").listening()
        publish, tail = (f"{sys.argv[0]} {command}{self._options()}" for command in ("publish", "tail"))
        self._console.print(
            f"\nThe page: {page}   paste an article and see its tags; watch what comes through"
            f"\nKafka: {self._settings.bootstrap_servers}   metrics: {self._processes['worker'].address}/metrics   "
            f"health: /healthz, /readyz"
            f"\nPublish an article of your own from another terminal, a text file will do, and see it here and there:"
            f"\n  {publish} FILE"
            f"\n  {tail}     shows what comes out as well; --json: the whole records"
            f"\nCtrl-C ends all of it.\n",
            soft_wrap=True,
        )

    def _options(self) -> str:
        """What other commands have to be told, because it is not what they take for granted."""
        usual, ours = load(), self._settings
        brokers = f" --bootstrap-servers {ours.bootstrap_servers}"
        prefix = f" --topic-prefix {ours.topic_prefix}"
        return (brokers if ours.bootstrap_servers != usual.bootstrap_servers else "") + (
            prefix if ours.topic_prefix != usual.topic_prefix else ""
        )

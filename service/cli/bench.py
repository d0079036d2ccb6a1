"""``wiretag bench``: how fast this machine tags, beside what it is compared with."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import importlib.util
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

import topics
from service.cli import options
from service.cli.inputs import Source
from service.cli.steps import Steps
from service.codec import Limits, decode
from service.model import Article, RawEvent
from service.settings import Settings, load

EXAMPLES = Path(topics.__file__).parent / "articles.raw/examples/valid"
ENOUGH = 300_000  # characters: fewer than this are read over and over, or the clock is too coarse
LIBRARIES = {"faust": "faust", "confluent": "confluent_kafka", "quix": "quixstreams"}
WIDTH = 120  # columns where there is no terminal

Command = Callable[..., Any]


@click.group("bench")
def command() -> None:
    """Measure, interleaved with what it is compared with, on this machine.

    All but `tagger` and `duplicates` use a real Kafka of their own, or the brokers of --bootstrap-servers; their topics
    are removed.
    """


def _measured(run: Command) -> Command:
    """What the parts on a broker share: the settings, the texts as a corpus, a console, and JSON if asked for."""

    @options.kafka
    @click.option(
        "--texts",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="JSON lines (.gz or not) with title, text or body; default: our own prose.",
    )
    @click.option("--workers", type=click.IntRange(1), help="Tagging processes; default: one a core.")
    @click.option("--json", "as_json", is_flag=True, help="Figures as JSON on standard output.")
    @functools.wraps(run)
    def measured(effective: Settings, texts: Path | None, workers: int | None, as_json: bool, **others: Any) -> None:
        os.environ.update(OPENBLAS_NUM_THREADS="1")  # in whatever is started from here, as in the service
        from service.bench import corpus  # noqa: PLC0415

        console = Console(width=None if sys.stderr.isatty() else WIDTH, highlight=False, stderr=True)
        settings = effective.model_copy(update={"workers": workers} if workers else {})
        with Steps(console) as steps, _brokers(settings, steps) as there:
            figures, table = asyncio.run(run(there, corpus.load(texts), steps, **others))
        if as_json:
            click.echo(json.dumps([asdict(one) for one in figures], indent=2))
        else:
            Console(width=console.width, highlight=False).print(table)

    return measured


@contextlib.contextmanager
def _brokers(settings: Settings, steps: Steps) -> Iterator[Settings]:
    from service.bench.course import BY_ARRIVAL  # noqa: PLC0415
    from service.runtime.embedded.broker import EmbeddedKafka  # noqa: PLC0415

    if "bootstrap_servers" in settings.model_fields_set:
        yield settings
        return
    with EmbeddedKafka(properties=BY_ARRIVAL, progress=steps) as kafka:
        yield settings.model_copy(update={"bootstrap_servers": kafka.bootstrap_servers})


@command.command("stream")
@click.option("--articles", default=2000, show_default=True, type=click.IntRange(1), help="A contestant and round.")
@click.option("--rounds", default=5, show_default=True, type=click.IntRange(1), help="Turns of each.")
@click.option(
    "--peer", "peers", multiple=True, type=click.Choice(list(LIBRARIES)), help="Default: all that are installed."
)
@click.option("--no-peers", is_flag=True, help="The service and its limit alone.")
@_measured
async def stream(settings: Settings, corpus: Any, steps: Steps, **plan: Any) -> tuple[Sequence[Any], Table]:
    """The service, end to end, beside its limit and its peers: articles a second, from backlog to last outcome.

    The limit is as many independent processes that run the same tagger, bytes to bytes, without Kafka.
    """
    from service.bench.stream import Plan, race  # noqa: PLC0415

    installed = [name for name, library in LIBRARIES.items() if importlib.util.find_spec(library)]
    peers = [] if plan["no_peers"] else plan["peers"] or installed
    standings = await race(settings, corpus, Plan(plan["articles"], plan["rounds"], peers), steps)
    title = f"{plan['rounds']} rounds of {plan['articles']} articles, {settings.workers} cores: median (least to most)"
    table = Table(
        "", "articles/s", "ratio to the limit", "parent, CPU ms an article", title=title, title_justify="left"
    )
    for one in standings:
        table.add_row(one.name, _spread(one.rate, 1), _spread(one.ratio, 3), _spread(one.parent, 2))
    return standings, table


@command.command("latency")
@click.option("--articles", default=200, show_default=True, type=click.IntRange(20), help="A round.")
@click.option("--rounds", default=5, show_default=True, type=click.IntRange(1))
@_measured
async def latency(settings: Settings, corpus: Any, steps: Steps, **plan: Any) -> tuple[Sequence[Any], Table]:
    """Time from publishing to reading an outcome at a tenth of the capacity, beside the time to tag one article."""
    from service.bench.latency import quiet  # noqa: PLC0415

    rounds = await quiet(settings, corpus, plan["articles"], plan["rounds"], steps)
    table = Table("round", "capacity/s", "tagging, ms", "median, ms", "95%, ms", "95% / tagging")
    for number, one in enumerate(rounds, 1):
        cells = (one.capacity, 1000 * one.tagging, 1000 * one.middle, 1000 * one.p95)
        table.add_row(str(number), *(f"{cell:.1f}" for cell in cells), f"{one.ratio:.2f}")
    return rounds, table


@command.command("backlog")
@click.option("--size", "sizes", multiple=True, default=(1000, 10_000, 100_000), show_default=True, type=int)
@_measured
async def backlog(settings: Settings, corpus: Any, steps: Steps, sizes: Sequence[int]) -> tuple[Sequence[Any], Table]:
    """Cost of one article as the backlog grows; texts of one sentence."""
    from service.bench.backlog import backlogs  # noqa: PLC0415

    figures = await backlogs(settings, sizes, steps)
    table = Table("backlog", "articles/s", "parent, CPU ms an article")
    for one in figures:
        table.add_row(f"{one.size:,}", f"{one.rate:,.0f}", f"{one.parent:.2f}")
    return figures, table


@command.command("start")
@click.option("--rounds", default=5, show_default=True, type=click.IntRange(1))
@_measured
async def start(settings: Settings, corpus: Any, steps: Steps, rounds: int) -> tuple[Sequence[Any], Table]:
    """Seconds from the start of the process to its first outcome, beside what loading the model alone takes."""
    from service.bench.start import start  # noqa: PLC0415

    with tempfile.TemporaryDirectory(prefix="wiretag-bench-") as folder:
        starts = []
        for number in range(1, rounds + 1):
            steps(f"start {number} of {rounds}")
            starts.append(await start(settings, corpus.take(1)[0], Path(folder)))
    table = Table("start", "loading, s", "warm-up, s", "to first outcome, s", "beyond loading, s")
    for number, one in enumerate(starts, 1):
        table.add_row(str(number), *(f"{cell:.1f}" for cell in (one.loading, one.warming, one.first, one.rest)))
    return starts, table


def _spread(spread: Any, digits: int) -> str:
    if spread is None:
        return "-"
    return f"{spread.middle:.{digits}f} ({spread.least:.{digits}f} to {spread.most:.{digits}f})"


@command.command("tagger")
@click.argument("files", nargs=-1, type=click.Path(exists=True))
@click.option("--rounds", default=7, show_default=True, help="Turns of each.")
@click.option("--pipeline", help="spaCy pipeline, by package name or path; default: the setting.")
def tagger(files: Sequence[str], rounds: int, pipeline: str | None) -> None:
    """Words per second of the whole tagger, of the stock model's names (tok2vec, ner) alone and of all of it, in turns.

    FILES are raw events as `wiretag publish` takes them, or folders of labelled articles as `wiretag evaluate` takes
    them; the packaged examples if there are none. One core, the same BLAS for both.
    """
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before numpy is imported, below
    from service.bench.tagging import compare  # noqa: PLC0415
    from service.nlp.yardstick import Yardstick  # noqa: PLC0415
    from service.pipeline import Tagger  # noqa: PLC0415

    settings = load(pipeline=pipeline)
    articles = _enough(list(_articles(files or [str(path) for path in sorted(EXAMPLES.iterdir())])))
    comparison = compare(Tagger(settings.pipeline, Limits()), Yardstick(), Yardstick(whole=True), articles, rounds)
    console = Console(width=None if sys.stdout.isatty() else WIDTH, highlight=False)
    console.print(f"{len(articles)} articles, {comparison.words:,} words; words a second of CPU time")
    for number, turn in enumerate(comparison.rounds, 1):
        console.print(
            f"  {number}: stock, names alone {turn.stock:8,.0f}   stock, all of it {turn.whole:8,.0f}"
            f"   tagger {turn.tagger:8,.0f}   ratio to the first {turn.ratio:.2f}"
        )
    ratios = sorted(turn.ratio for turn in comparison.rounds)
    console.print(f"ratio {comparison.ratio:.2f} (median; from {ratios[0]:.2f} to {ratios[-1]:.2f})")


@command.command("duplicates")
@click.option("--articles", default=1_000_000, show_default=True, type=click.IntRange(1000), help="Remembered.")
@click.option("--hours", default=72.0, show_default=True, type=click.FloatRange(0, min_open=True), help="The window.")
@click.option("--json", "as_json", is_flag=True, help="Figures as JSON on standard output.")
def duplicates(articles: int, hours: float, as_json: bool) -> None:
    """Memory, CPU time an article, and recall of finding duplicates, with so many articles in the window; no Kafka.

    Recall is that of the index, beside comparing each text with every other. A million take minutes and about 3 GB:
    in the end the memory is held twice.
    """
    from service.bench.duplicates import measure  # noqa: PLC0415

    console = Console(width=None if sys.stderr.isatty() else WIDTH, highlight=False, stderr=True)
    with Steps(console) as steps:
        figures = measure(articles, hours, steps)
    if as_json:
        click.echo(json.dumps(asdict(figures), indent=2))
        return
    table = Table("articles", "originals", "filling, us", "steady, us", "memory, MiB", "restoring, s", "recall")
    cells = (f"{figures.filling:.0f}", f"{figures.steady:.0f}", f"{figures.resident / 2**20:,.0f}")
    recall = f"{figures.recall:.3f} of {figures.sampled}"
    table.add_row(f"{figures.articles:,}", f"{figures.originals:,}", *cells, f"{figures.restoring:.0f}", recall)
    Console(width=console.width, highlight=False).print(table)


def _enough(articles: Sequence[Article]) -> list[Article]:
    size = sum(len(article.body) for article in articles)
    if not size:
        raise click.UsageError("there is no article to read")
    return [*articles] * max(1, -(-ENOUGH // size))


def _articles(names: Sequence[str]) -> Iterator[Article]:
    folders = [Path(name) for name in names if Path(name).is_dir()]
    for folder in folders:
        for line in (folder / "articles.jsonl").read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            yield Article(record["id"], record["text"])
    files = [name for name in names if not Path(name).is_dir()]
    for number, record in enumerate(Source(files).records()):
        outcome = decode(RawEvent("articles.raw", 0, number, 0, None, record.value), Limits())
        if isinstance(outcome, Article):
            yield outcome

"""``wiretag bench``: how fast this machine tags."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
from rich.console import Console

import topics
from service.cli.inputs import Source
from service.codec import Limits, decode
from service.model import Article, RawEvent
from service.settings import load

EXAMPLES = Path(topics.__file__).parent / "articles.raw/examples/valid"
ENOUGH = 300_000  # characters: fewer than this are read over and over, or the clock is too coarse


@click.group("bench")
def command() -> None:
    """Measure, interleaved with what it is compared with, on this machine."""


@command.command("tagger")
@click.argument("files", nargs=-1, type=click.Path(exists=True))
@click.option("--rounds", default=7, show_default=True, help="Turns of each.")
@click.option("--pipeline", help="spaCy pipeline, by package name or path; default: the setting.")
def tagger(files: Sequence[str], rounds: int, pipeline: str | None) -> None:
    """Words per second of the whole tagger, and of the stock model's tok2vec and ner alone, turn by turn.

    FILES are raw events as `wiretag publish` takes them, or folders of labelled articles as `wiretag evaluate` takes
    them; the packaged examples if there are none. One core, the same BLAS for both.
    """
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before numpy is imported, below
    from service.bench.tagging import compare  # noqa: PLC0415
    from service.nlp.yardstick import Yardstick  # noqa: PLC0415
    from service.pipeline import Tagger  # noqa: PLC0415

    settings = load(pipeline=pipeline)
    articles = _enough(list(_articles(files or [str(path) for path in sorted(EXAMPLES.iterdir())])))
    comparison = compare(Tagger(settings.pipeline, Limits()), Yardstick(), articles, rounds)
    console = Console(highlight=False)
    console.print(f"{len(articles)} articles, {comparison.words:,} words; words a second of CPU time")
    for number, turn in enumerate(comparison.rounds, 1):
        console.print(f"  {number}: stock {turn.stock:8,.0f}   tagger {turn.tagger:8,.0f}   ratio {turn.ratio:.2f}")
    ratios = sorted(turn.ratio for turn in comparison.rounds)
    console.print(f"ratio {comparison.ratio:.2f} (median; from {ratios[0]:.2f} to {ratios[-1]:.2f})")


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

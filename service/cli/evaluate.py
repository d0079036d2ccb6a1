"""``wiretag evaluate``: the tagger against labelled articles, by the official scorer."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import click
import orjson

import service
from service import evaluation, settings
from service.cli import options
from service.cli.misses import misses
from service.codec import Limits
from service.errors import WiretagError
from service.pipeline import Tagger

THRESHOLD = 0.5  # of theme scores, as the scorer's own default
Json = Mapping[str, Any]


@click.command()
@click.argument("gold_dir", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--predictions", type=options.Output(), help="Keep them, in the scorer's format.")
@click.option("--boot", default=1000, show_default=True, help="Bootstrap samples for the 95% intervals.")
@click.option("--errors/--no-errors", default=True, show_default=True, help="List every error in its context.")
def command(gold_dir: Path, predictions: Path | None, boot: int, errors: bool) -> None:
    """Tag the articles of GOLD_DIR (articles.jsonl, gold.jsonl, near_dups.json), print the scorer's figures with their
    intervals, and then every error in its context.
    """
    scorer = _scorer()
    articles, gold = (_parsed(gold_dir / name, _lines) for name in ("articles.jsonl", "gold.jsonl"))
    pairs = _parsed(gold_dir / "near_dups.json", orjson.loads)
    found = _predict(articles)
    if predictions:
        predictions.write_bytes(b"".join(orjson.dumps(one) + b"\n" for one in found))
    scorer.score(gold, articles, found, pairs, THRESHOLD, boot)
    if errors:
        click.echo("\n== errors, one by one ==")
        texts = {article["id"]: article["text"] for article in articles}
        told = {one["id"]: one for one in found}
        for labelled in gold:
            _tell(labelled["id"], misses(scorer, labelled, told[labelled["id"]], texts[labelled["id"]], THRESHOLD))


def _predict(articles: list[Json]) -> list[dict[str, Any]]:
    effective = settings.load()
    tagger = Tagger(effective.pipeline, Limits.of(effective))
    raw = [evaluation.article_of(article) for article in articles]
    return evaluation.predictions(raw, tagger.tag(raw))


def _tell(identifier: str, lines: list[str]) -> None:
    if lines:
        click.echo(click.style(identifier, bold=True))
    for line in lines:
        click.echo(f"  {line}")


def _scorer() -> ModuleType:
    """The scorer stands in the repository, not in the package."""
    path = Path(service.__file__).parent.parent / "training" / "score.py"
    spec = importlib.util.spec_from_file_location("wiretag_scorer", path)
    if spec is None or spec.loader is None or not path.exists():
        raise WiretagError(f"the scorer is part of the repository, not of the installed package: {path} is missing")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _parsed(path: Path, parse: Callable[[bytes], Any]) -> Any:
    try:
        return parse(path.read_bytes())
    except OSError as problem:
        raise WiretagError(f"{path}: {problem.strerror}") from None
    except orjson.JSONDecodeError as problem:
        raise WiretagError(f"{path}: {problem}") from None


def _lines(content: bytes) -> list[Json]:
    return [orjson.loads(line) for line in content.splitlines() if line.strip()]

"""The tagger's speed beside the stock model's, its names alone and all of it: same texts, same process, in turns."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from service.model import Article
from service.nlp.yardstick import Yardstick
from service.pipeline import Tagger

_BATCH = 32  # articles a call, as in a tagging process


@dataclass(frozen=True, slots=True)
class Round:
    """Words a second, of one turn each. ``stock``: its names alone; ``whole``: all its components."""

    stock: float
    whole: float
    tagger: float

    @property
    def ratio(self) -> float:
        return self.tagger / self.stock


@dataclass(frozen=True, slots=True)
class Comparison:
    """``words``: spaCy's tokens in the texts."""

    words: int
    rounds: tuple[Round, ...]

    @property
    def ratio(self) -> float:
        """The median over the rounds."""
        return median(r.ratio for r in self.rounds)


def compare(
    tagger: Tagger, yardstick: Yardstick, whole: Yardstick, articles: Sequence[Article], rounds: int
) -> Comparison:
    """``rounds`` turns of each, after one turn of each that is not counted (a cold process is half as fast)."""
    texts = [article.body for article in articles]
    words = yardstick.read(texts)
    whole.read(texts)
    _tag(tagger, articles)

    def turn() -> Round:
        return Round(
            words / _seconds(lambda: yardstick.read(texts)),
            words / _seconds(lambda: whole.read(texts)),
            words / _seconds(lambda: _tag(tagger, articles)),
        )

    return Comparison(words, tuple(turn() for _ in range(rounds)))


def _tag(tagger: Tagger, articles: Sequence[Article]) -> None:
    for start in range(0, len(articles), _BATCH):
        tagger.tag(articles[start : start + _BATCH])


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()  # not the wall clock: the machine may have other things to do
    work()
    return time.process_time() - start

"""Rounds in which every contestant does the same work, one after the other, and what they say together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Protocol

from service.bench.corpus import Corpus, Text


@dataclass(frozen=True, slots=True)
class Turn:
    """``parent``: CPU seconds that the service spent outside its tagging processes; None where nobody knows."""

    seconds: float
    parent: float | None = None


class Contestant(Protocol):
    @property
    def name(self) -> str: ...

    async def run(self, texts: Sequence[Text]) -> Turn: ...


@dataclass(frozen=True, slots=True)
class Spread:
    """Of the rounds."""

    middle: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        return cls(median(values), min(values), max(values))


@dataclass(frozen=True, slots=True)
class Standing:
    """What the rounds say of one contestant. ``rate``: articles a second. ``ratio``: to the first contestant's rate in
    the same round. ``parent``: CPU milliseconds an article.
    """

    name: str
    rate: Spread
    ratio: Spread
    parent: Spread | None


@dataclass(slots=True)
class Race:
    """The first contestant is the one that the others are compared with."""

    contestants: Sequence[Contestant]
    articles: int
    rounds: list[list[Turn]] = field(default_factory=list)

    async def run(self, corpus: Corpus, rounds: int, warm: int, told: Callable[[str], None]) -> None:
        """``rounds`` that count, after one of ``warm`` articles that does not: a cold process is half as fast."""
        await self._round(corpus.take(warm), "warming up", told)
        for number in range(1, rounds + 1):
            texts = corpus.take(self.articles)
            self.rounds.append(await self._round(texts, f"round {number} of {rounds}", told))

    async def _round(self, texts: Sequence[Text], step: str, told: Callable[[str], None]) -> list[Turn]:
        turns = []
        for contestant in self.contestants:
            told(f"{step}: {contestant.name}")
            turns.append(await contestant.run(texts))
        return turns

    def standings(self) -> list[Standing]:
        return [self._standing(number) for number in range(len(self.contestants))]

    def _standing(self, number: int) -> Standing:
        turns = [turns[number] for turns in self.rounds]
        parents = [1000 * turn.parent / self.articles for turn in turns if turn.parent is not None]
        return Standing(
            self.contestants[number].name,
            Spread.of([self.articles / turn.seconds for turn in turns]),
            Spread.of([turns[0].seconds / turns[number].seconds for turns in self.rounds]),
            Spread.of(parents) if parents else None,
        )

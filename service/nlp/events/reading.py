"""The sentences that hold a trigger word, with all that stands in them: what the rules read."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple, TypeVar

from service.model import Article, Entity, FieldName, Quantity, Sentence
from service.nlp.events.countries import Countries
from service.nlp.phrases import Hit, Phrases, words_of

_T = TypeVar("_T", "Name", Hit, Quantity)

_MOST = 300  # words of one kind in an article: what goes on after so many tells nothing new


class Name(NamedTuple):
    """A mention in a sentence; ``country`` where it stands for one. Offsets are into the field."""

    start: int
    end: int
    type: str
    entity: Entity
    country: str | None


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence as the rules see it. ``position`` counts the sentences of the article from 0."""

    sentence: Sentence
    position: int
    field: str
    names: tuple[Name, ...]
    hits: tuple[Hit, ...]
    quantities: tuple[Quantity, ...]

    def text(self, start: int | None = None, end: int | None = None) -> str:
        """The sentence, or the part of it between two offsets of the field."""
        low = self.sentence.start if start is None else start
        return self.field[low : self.sentence.end if end is None else end]

    def of(self, *labels: str) -> list[Hit]:
        return [hit for hit in self.hits if hit.label in labels]


def said(readings: Sequence[Reading], hits: Callable[[Reading], Sequence[Hit]]) -> Iterator[tuple[Reading, Hit]]:
    """The trigger words of an article, each with its sentence; the first of very many."""
    return islice(((reading, hit) for reading in readings for hit in hits(reading)), _MOST)


class Reader:
    """Reads the sentences of one article."""

    def __init__(
        self,
        article: Article,
        entities: Sequence[Entity],
        quantities: Sequence[Quantity],
        *,
        phrases: Phrases,
        countries: Countries,
    ) -> None:
        self._article = article
        self._names = _names(entities, countries)
        self._hits = {name: phrases.find(words_of(article.text(name))) for name in ("title", "body")}
        self._quantities: Mapping[FieldName, list[Quantity]] = {
            name: sorted((q for q in quantities if q.field == name), key=lambda q: q.start)
            for name in ("title", "body")
        }

    def read(self, sentences: Sequence[Sentence]) -> list[Reading]:
        """One reading a sentence, in order."""
        return [self._one(i, sentence) for i, sentence in enumerate(sentences)]

    def _one(self, position: int, sentence: Sentence) -> Reading:
        low, high = sentence.start, sentence.end
        return Reading(
            sentence,
            position,
            self._article.text(sentence.field),
            tuple(_within(self._names[sentence.field], low, high)),
            tuple(_within(self._hits[sentence.field], low, high)),
            tuple(_within(self._quantities[sentence.field], low, high)),
        )


def _names(entities: Sequence[Entity], countries: Countries) -> dict[str, list[Name]]:
    found: dict[str, list[Name]] = {"title": [], "body": []}
    for entity in entities:
        for mention in entity.mentions:
            country = countries.of(mention.text, mention.type)
            found[mention.field].append(Name(mention.start, mention.end, mention.type, entity, country))
    return {name: sorted(names, key=lambda n: n.start) for name, names in found.items()}


def _within(items: Sequence[_T], low: int, high: int) -> Sequence[_T]:
    """The items that start in [low, high); they are in order."""
    first = bisect_left(items, low, key=lambda item: item.start)
    return items[first : bisect_left(items, high, lo=first, key=lambda item: item.start)]

"""The whole story of an article on one screen: bytes -> Outcome -> messages. No Kafka, no event loop, no metrics."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from service import codec
from service.fingerprint import fingerprint
from service.model import Article, Enriched, Enrichment, Language, Outcome, Processed, RawEvent, Segment
from service.nlp import taxonomy
from service.nlp.detection import LanguageDetector
from service.nlp.entities import EntityFinder
from service.nlp.events import EventExtractor
from service.nlp.language import Docs, Pipeline
from service.nlp.linking import Linker
from service.nlp.quantities import QuantityResolver
from service.nlp.sentences import split
from service.nlp.themes import ThemeClassifier
from service.segment import segment


class Tagger:
    """Tags articles; loading takes seconds, so there is one a process. Not thread-safe."""

    def __init__(self, pipeline: str, limits: codec.Limits) -> None:
        self._limits = limits
        self._pipeline = Pipeline(pipeline)
        self._detect = LanguageDetector()
        self._entities = EntityFinder()
        self._link = Linker()
        self._quantities = QuantityResolver()
        self._events = EventExtractor()
        self._themes = ThemeClassifier()
        self._versions = codec.Versions(
            pipeline=self._pipeline.version,
            taxonomy=self._themes.version,
            themes=tuple(theme.id for theme in taxonomy.load()),
        )

    def process(self, events: Sequence[RawEvent]) -> list[Processed]:
        """The one outcome of each raw event, in order. Only a bug raises."""
        decoded = [codec.decode(event, self._limits) for event in events]
        enrichments = iter(self.tag([outcome for outcome in decoded if isinstance(outcome, Article)]))
        return [
            codec.encode(event, self._finish(outcome, enrichments), self._versions, self._limits)
            for event, outcome in zip(events, decoded, strict=True)
        ]

    def tag(self, articles: Sequence[Article]) -> list[Enrichment]:
        """One enrichment an article, in order; the language model reads all of them in one pass."""
        self._pipeline.forget()
        languages = [self._detect(article) for article in articles]
        spoken = [self._pipeline.speaks(language.code) for language in languages]
        clock = time.perf_counter()
        docs = iter(self._pipeline.read([a for a, known in zip(articles, spoken, strict=True) if known]))
        reading = round((time.perf_counter() - clock) / max(1, sum(spoken)), 6)  # an equal share each
        return [
            self._enrich(article, language, next(docs) if known else None, reading)
            for article, language, known in zip(articles, languages, spoken, strict=True)
        ]

    def _enrich(self, article: Article, language: Language, docs: Docs | None, reading: float) -> Enrichment:
        timings: dict[str, float] = {}
        with _timed(timings, "segment"):
            segments = segment(article.body)
            signature = fingerprint(_main_story(article, segments))
        if docs is None:
            return Enrichment(language, segments, (), (), (), (), signature, timings)
        timings["nlp"] = reading
        with _timed(timings, "entities"):
            sentences = split(docs, segments)
            amounts = self._quantities.find(article)
            names, spans = self._entities.find(docs, segments, amounts)
        with _timed(timings, "linking"):
            entities = self._link(article, names, segments)
        with _timed(timings, "quantities"):
            quantities = self._quantities.resolve(article, spans, segments)
        with _timed(timings, "events"):
            events = self._events.extract(article, docs, sentences, entities, quantities)
        with _timed(timings, "themes"):
            themes = self._themes.classify(article, docs, sentences, entities, events)
        return Enrichment(language, segments, entities, quantities, events, themes, signature, timings)

    @staticmethod
    def _finish(outcome: Article | Outcome, enrichments: Iterator[Enrichment]) -> Outcome:
        return Enriched(outcome, next(enrichments)) if isinstance(outcome, Article) else outcome


def _main_story(article: Article, segments: Sequence[Segment]) -> str:
    return "\n".join(article.body[s.start : s.end] for s in segments if s.main)


@contextmanager
def _timed(timings: dict[str, float], stage: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    timings[stage] = round(time.perf_counter() - start, 6)

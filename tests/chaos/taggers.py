"""Factories of cheap taggers for the tagging processes: the real codec, no language model, and bad habits on request.

An article asks for them in its body: ``#die``, ``#hang``, ``#raise``, ``#slow`` (a tenth of a second of work), and
``#tariffs`` for a theme.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from service import codec
from service.model import Article, Enriched, Enrichment, Language, Outcome, Processed, RawEvent, Theme
from service.settings import Settings

VERSIONS = codec.Versions(pipeline="cheap", taxonomy="1", themes=("tariffs",))
LIMITS = codec.Limits()
NOTHING = Enrichment(Language("en", 1.0), (), (), (), (), (), "0", {"nlp": 0.0})


class Cheap:
    def process(self, events: Sequence[RawEvent]) -> list[Processed]:
        return [codec.encode(event, self._outcome(event), VERSIONS, LIMITS) for event in events]

    def _outcome(self, event: RawEvent) -> Outcome:
        decoded = codec.decode(event, LIMITS)
        return Enriched(decoded, _tag(decoded)) if isinstance(decoded, Article) else decoded


def load(_settings: Settings) -> Cheap:
    return Cheap()


class Mended(Cheap):
    """After a fix: whatever the article asks for, it is tagged."""

    def _outcome(self, event: RawEvent) -> Outcome:
        decoded = codec.decode(event, LIMITS)
        return Enriched(decoded, NOTHING) if isinstance(decoded, Article) else decoded


def mended(_settings: Settings) -> Mended:
    return Mended()


def broken(_settings: Settings) -> Cheap:
    raise FileNotFoundError("a file of the pipeline")


def fragile(settings: Settings) -> Cheap:
    """Dies while it loads, the first time: ``client_id`` is a file that remembers."""
    with suppress(FileExistsError):
        Path(settings.client_id).touch(exist_ok=False)
        os._exit(3)
    return Cheap()


def _tag(article: Article) -> Enrichment:
    if "#die" in article.body:
        os._exit(3)
    if "#hang" in article.body:
        time.sleep(3600)
    if "#raise" in article.body:
        raise ValueError("as the article wished")
    if "#slow" in article.body:
        time.sleep(0.1)
    themes = (Theme("tariffs", 1.0, "main", True, (), (), ()),) if "#tariffs" in article.body else ()
    return Enrichment(Language("en", 1.0), (), (), (), (), themes, "0", {"nlp": 0.0})

"""Labels by machine for unlabelled articles: what a first reader finds, made consistent by the tagger's own rules.

Names that were read by a person (``labels/names.toml``) are corrected. A reader that learns from these and from the
labelled articles sees many more names than there are labels.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path

from spacy.language import Language

from service.model import Article, Span
from service.nlp.entities import EntityFinder
from service.nlp.quantities import QuantityResolver
from training.corpus import LABELS, Sample, pool

_ARTICLES, _LONGEST = 3000, 2200  # how many, and characters of each: as the labelled ones
_THE = re.compile(r"(?:the|The)\s+")


def silver(nlp: Language, shared: Path, labelled: Iterable[Sample]) -> list[Sample]:
    """Pool articles that nobody has labelled, with the names that the pipeline finds."""
    seen = {sample.id for sample in labelled}
    unread = [record for record in pool(shared) if record["id"] not in seen]
    chosen = random.Random(0).sample(unread, min(_ARTICLES, len(unread)))
    texts = [_opening(record["text"]) for record in chosen]
    types, finder, amounts, empty = _names(), EntityFinder(), QuantityResolver(), nlp.make_doc("")
    found = []
    for record, doc in zip(chosen, nlp.pipe(texts, batch_size=64), strict=True):
        names, quantities = finder.find({"title": empty, "body": doc}, [], amounts.find(Article("", doc.text)))
        spans = [Span("body", name.start, name.end, name.type) for name in names]
        corrected = [*_corrected(spans, doc.text, types), *((q.start, q.end, q.type) for q in quantities)]
        found.append(Sample(record["id"], record["source"], doc.text, tuple(sorted(corrected))))
    return found


def _corrected(spans: Sequence[Span], text: str, types: dict[str, str]) -> Iterable[tuple[int, int, str]]:
    for span in spans:
        name = text[span.start : span.end]
        kind = types.get(_THE.sub("", name, count=1), span.type)
        if kind != "none":
            yield span.start, span.end, kind


def _names() -> dict[str, str]:
    lists = tomllib.loads((LABELS / "names.toml").read_text(encoding="utf-8"))
    return {name: kind for kind, names in lists.items() for name in names}


def _opening(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    end = max(text.rfind(". ", 0, _LONGEST) + 1, text.rfind("\n", 0, _LONGEST))
    return text[: end if end > _LONGEST // 2 else _LONGEST]

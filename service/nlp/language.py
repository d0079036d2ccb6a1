"""The only place that loads a spaCy pipeline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import spacy
from spacy.tokens import Doc
from thinc.api import NumpyOps, set_current_ops

from service.model import Article, FieldName

Docs = Mapping[FieldName, Doc]


class Pipeline:
    """A spaCy pipeline, named by package or by path; ``read`` gives a ``Doc`` for each field of each article."""

    def __init__(self, name: str) -> None:
        set_current_ops(NumpyOps(use_blis=False))  # thinc's own BLAS runs at a quarter of OpenBLAS's speed
        self._nlp = spacy.load(name, exclude=["tok2vec", "tagger", "parser", "attribute_ruler", "lemmatizer"])
        self.version = f"{self._nlp.meta['lang']}_{self._nlp.meta['name']}-{self._nlp.meta['version']}"

    def speaks(self, language: str) -> bool:
        """Whether texts in that language (ISO 639-1) can be tagged."""
        return language == self._nlp.lang

    def read(self, articles: Sequence[Article]) -> Iterator[Docs]:
        texts = [text for article in articles for text in (article.text("title"), article.body)]
        docs = iter(self._nlp.pipe(texts))
        return ({"title": title, "body": body} for title, body in zip(docs, docs, strict=True))

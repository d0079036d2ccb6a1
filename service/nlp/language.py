"""The only place that loads a spaCy pipeline."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.pipeline import Tok2Vec
from spacy.tokens import Doc
from thinc.api import NumpyOps, set_current_ops

from service.errors import PipelineUnavailable
from service.model import Article, FieldName
from service.nlp import component  # noqa: F401 (spaCy finds the shipped pipeline's factory once this is imported)

SHIPPED = "wiretag"
_FOLDER = Path(__file__).parent / "model"
_UNUSED = ["tagger", "morphologizer", "parser", "senter", "attribute_ruler", "lemmatizer"]
_BATCH = 64  # texts read at once; more gains nothing and needs memory
_MOST_WORDS = 200_000  # about 90 MB
_RUN = re.compile(r"\S{200}")
_PIECES = re.compile(r"\S{1,100}+\s*+|\s++")

Docs = Mapping[FieldName, Doc]


class Pipeline:
    """A spaCy pipeline; ``read`` gives a ``Doc``, with entities, for each field of each article."""

    def __init__(self, name: str) -> None:
        """``name``: ``wiretag`` for the pipeline that ships here, a package, or a folder.

        Raises PipelineUnavailable.
        """
        set_current_ops(NumpyOps(use_blis=False))  # thinc's own BLAS runs at a quarter of OpenBLAS's speed
        self._nlp = _load(name)
        self._known = len(self._nlp.vocab.strings)
        self._words = ExitStack()
        self._words.enter_context(self._nlp.memory_zone())
        self.version = f"{self._nlp.meta['lang']}_{self._nlp.meta['name']}-{self._nlp.meta['version']}"

    def speaks(self, language: str) -> bool:
        """Whether texts in that language (ISO 639-1) can be tagged."""
        return language == self._nlp.lang

    def read(self, articles: Sequence[Article]) -> list[Docs]:
        """Title and body of each article, in order."""
        texts = [text for article in articles for text in (article.text("title"), article.body)]
        docs = iter(self._nlp.pipe(map(self._cut, texts), batch_size=_BATCH))
        return [{"title": title, "body": body} for title, body in zip(docs, docs, strict=True)]

    def forget(self) -> None:
        """Frees the words that were learnt, once they are many: spaCy keeps every word that it ever saw. Docs that were
        read before must not be used any more.
        """
        if len(self._nlp.vocab.strings) > self._known + _MOST_WORDS:
            self._words.close()
            self._words.enter_context(self._nlp.memory_zone())

    def _cut(self, text: str) -> Doc:
        """The words of a text. Runs without a space are cut into pieces first: the tokenizer takes the marks of a run
        off one by one, and looks at all of the rest each time.
        """
        if not _RUN.search(text):
            return self._nlp.make_doc(text)
        pieces = [self._nlp.tokenizer(piece) for piece in _PIECES.findall(text)]
        words = [word for piece in pieces for word in piece]
        return Doc(self._nlp.vocab, [word.text for word in words], [bool(word.whitespace_) for word in words])


def _load(name: str) -> Language:
    try:
        nlp = spacy.load(_FOLDER if name == SHIPPED else name, exclude=_UNUSED)
    except (OSError, ValueError, ImportError) as problem:
        raise PipelineUnavailable(f"cannot load the spaCy pipeline {name!r}: {problem}") from problem
    for part, pipe in list(nlp.pipeline):
        if isinstance(pipe, Tok2Vec) and not pipe.listeners:  # the stock model's names do not use it
            nlp.remove_pipe(part)
    return nlp

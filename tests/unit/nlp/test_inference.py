"""Inference gives the scores of thinc's own layers, whatever their weights and wherever docs and blocks end."""

from typing import Any

import numpy as np
import pytest
import spacy
from spacy.tokens import Doc
from spacy.vectors import Vectors
from thinc.api import Model, NumpyOps, fix_random_seed, set_current_ops

from service.nlp import inference
from service.nlp.network import word_tagger

WORDS = ["Seoul", "Busan", "SEOUL", "ship", "sails", "to", "and", ".", "5G"]
TAGS, WIDTH, VECTORS, DEPTH = 9, 8, 4, 3


@pytest.fixture(scope="module")
def nlp() -> spacy.Language:
    set_current_ops(NumpyOps(use_blis=False))
    made = spacy.blank("en")
    keys = [made.vocab.strings.add(word) for word in WORDS[2:6]]
    data = np.random.default_rng(0).integers(-99, 99, (len(keys), VECTORS)).astype("int8")
    made.vocab.vectors = Vectors(strings=made.vocab.strings, data=data, keys=keys)
    return made


@pytest.fixture
def tagger() -> Model[Any, Any]:
    """Two readers, all of whose weights are random, those too that begin as zeros or ones."""
    fix_random_seed(0)
    model = word_tagger(WIDTH, [50, 50, 50, 50], DEPTH, VECTORS, TAGS, 2)
    for reader in model.layers:
        reader.initialize()
    scramble(model)
    return model


def scramble(model: Model[Any, Any]) -> None:
    for node in model.walk():
        for name in node.param_names:
            node.set_param(name, np.random.uniform(-1, 1, node.get_param(name).shape).astype("f"))


def docs(nlp: spacy.Language, *lengths: int) -> list[Doc]:
    chance = np.random.default_rng(len(lengths))
    return [Doc(nlp.vocab, words=chance.choice(WORDS, length).tolist()) for length in lengths]


@pytest.mark.parametrize("block", [1, 2, 7, 512])
@pytest.mark.parametrize("lengths", [(1,), (2,), (30,), (12, 1, 25, 3), (5, 0, 9), (0, 4), (4, 0, 0)], ids=str)
def test_the_scores_are_those_of_the_layers(
    nlp: spacy.Language, tagger: Model[Any, Any], monkeypatch: pytest.MonkeyPatch, lengths: tuple[int, ...], block: int
) -> None:
    monkeypatch.setattr(inference, "_BLOCK", block)
    read = docs(nlp, *lengths)
    scores = inference.scores(tagger, read)
    assert scores.dtype == np.float32
    assert scores.shape == (sum(lengths), TAGS)
    np.testing.assert_allclose(scores, tagger.predict(read), rtol=1e-4, atol=1e-4)


def test_docs_without_a_capital(nlp: spacy.Language, tagger: Model[Any, Any]) -> None:
    read = [Doc(nlp.vocab, words=["ship", "and", "ship"]), Doc(nlp.vocab, words=["."])]
    np.testing.assert_allclose(inference.scores(tagger, read), tagger.predict(read), rtol=1e-4, atol=1e-4)


def test_weights_that_change_are_seen(nlp: spacy.Language, tagger: Model[Any, Any]) -> None:
    read = docs(nlp, 20)
    before = inference.scores(tagger, read)
    scramble(tagger)
    after = inference.scores(tagger, read)
    assert not np.allclose(before, after)
    np.testing.assert_allclose(after, tagger.predict(read), rtol=1e-4, atol=1e-4)

"""The network without trained weights: what it must hold whatever it has learnt."""

import numpy as np
import pytest
import spacy
from spacy.vectors import Vectors
from thinc.api import NumpyOps, fix_random_seed, set_current_ops

from service.nlp.network import Batch, word_tagger

TAGS, WIDTH = 9, 4


@pytest.fixture(scope="module")
def nlp() -> spacy.Language:
    set_current_ops(NumpyOps(use_blis=False))
    made = spacy.blank("en")
    keys = [made.vocab.strings.add(word) for word in ("Seoul", "ship")]
    data = np.array([[32, 0, 0, -32], [64, 64, 0, 0]], dtype="int8")
    made.vocab.vectors = Vectors(strings=made.vocab.strings, data=data, keys=keys)
    return made


def tagger(readers: int = 1):  # type: ignore[no-untyped-def]
    fix_random_seed(0)
    model = word_tagger(16, [50, 50, 50, 50], 2, WIDTH, TAGS, readers)
    for reader in model.layers:
        reader.initialize()
        output = reader.layers[-1]
        output.set_param("W", np.random.uniform(-1, 1, (TAGS, 16)).astype("f"))
    return model


def test_an_article_reads_the_same_alone_and_among_others(nlp: spacy.Language) -> None:
    texts = ["Seoul grew. The ship left Seoul.", "Nobody in Seoul knew the ship.", ""]
    docs = [nlp.make_doc(text) for text in texts]
    model = tagger(2)
    together = model.predict(docs)
    alone = [model.predict([doc]) for doc in docs[:2]]
    assert np.allclose(together, np.concatenate(alone), atol=1e-5)


def test_a_capitalised_word_hears_of_its_other_places(nlp: spacy.Language) -> None:
    far = " and so on" * 20
    model = tagger()
    one = model.predict([nlp.make_doc(f"Seoul grew{far} and Seoul slept")])
    other = model.predict([nlp.make_doc(f"Seoul grew{far} and Busan slept")])
    assert not np.allclose(one[0], other[0])
    low_one = model.predict([nlp.make_doc(f"ship grew{far} and ship slept")])
    low_other = model.predict([nlp.make_doc(f"ship grew{far} and boat slept")])
    assert np.allclose(low_one[0], low_other[0], atol=1e-6)


def test_vectors_are_fixed_point_and_missing_ones_are_zero(nlp: spacy.Language) -> None:
    batch = Batch([nlp.make_doc("ship Seoul xyzzy ship")])
    assert batch.vectors[batch.word].tolist() == [[2, 2, 0, 0], [1, 0, 0, -1], [0] * WIDTH, [2, 2, 0, 0]]


def test_readers_are_added_up(nlp: spacy.Language) -> None:
    docs = [nlp.make_doc("Seoul grew.")]
    model = tagger(2)
    each = [reader.predict(Batch(docs)) for reader in model.layers]
    assert np.allclose(model.predict(docs), each[0] + each[1])


def test_gradients_are_those_of_the_scores(nlp: spacy.Language) -> None:
    docs = [nlp.make_doc("Seoul grew. The ship left Seoul.")]
    reader = tagger().layers[0]
    (mix, *_) = [node for node in reader.layers[4].walk() if node.name == "maxout"]
    weights = mix.get_param("W")
    scores, backprop = reader.begin_update(Batch(docs))
    direction = np.random.RandomState(1).randn(*scores.shape).astype("f")
    backprop(direction)
    gradient = mix.get_grad("W")
    place = np.unravel_index(np.abs(gradient).argmax(), gradient.shape)
    step = 1e-3
    weights[place] += step
    more = (reader.predict(Batch(docs)) * direction).sum()
    weights[place] -= 2 * step
    less = (reader.predict(Batch(docs)) * direction).sum()
    assert (more - less) / (2 * step) == pytest.approx(gradient[place], rel=0.05)

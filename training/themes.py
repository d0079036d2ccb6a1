"""Trains the statistical component of the themes.

usage: python -m training.themes SHARED_DATA [--write]

Reads ``train/`` and the articles of the pool in ``labels/`` (gold names, or those of the shipped tagger where only
events were read; our own sentences; events by weights that did not see the article) and prints cross-validated figures
with the reliability of the scores; ``--write`` puts the weights into ``service/nlp/data/themes/weights.json``.
Pairs of article and theme that a reader could doubt are left out.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from service.nlp import taxonomy
from service.nlp.events import EventExtractor
from service.nlp.linear import Linear
from service.nlp.taxonomy import ThemeSpec
from service.nlp.theme_features import Viewer, about, features
from training.events import models as event_models
from training.fit import FOLDS, Features, Sign, cross_validate, fit, predict, rounded
from training.labelled import Labelled, load, load_events, load_labels

OUT = taxonomy.FOLDER / "weights.json"
STRENGTH = 1.0
FORGET = 0.3
POSITIVE = 2.0  # weight of an article that has the theme: streams that feed the service hold more of them than train/
IN_GOLD = {"ai-partnerships": "ai_partnership"}


def rows(articles: Sequence[Labelled], extractor: EventExtractor) -> list[dict[str, float]]:
    themes = taxonomy.load()
    viewer = Viewer(themes)
    found = []
    for labelled in articles:
        views = viewer.view(labelled.article, labelled.sentences, labelled.entities)
        docs = {"title": labelled.doc, "body": labelled.doc}
        events = extractor.extract(labelled.article, docs, labelled.sentences, labelled.entities, labelled.quantities)
        found.append(features(themes, [view for view in views if view.sentence.main], events))
    return found


def unseen_rows(articles: Sequence[Labelled], again: Sequence[Labelled], forget: float = 0.0) -> list[dict[str, float]]:
    """Like ``rows``, but each article's events come from weights that were trained without it.

    ``again``: second readings of the events of some of them. ``forget``: the share of entities that are left out, as a
    model of names that misses some will do.
    """
    found: dict[int, dict[str, float]] = {}
    for fold in range(FOLDS):
        out = {articles[i].article.id for i in range(fold, len(articles), FOLDS)}
        models = event_models([a for a in [*articles, *again] if a.events_labelled and a.article.id not in out])
        extractor = EventExtractor({name: Linear(m["bias"], m["weights"]) for name, m in models.items()})
        held = list(range(fold, len(articles), FOLDS))
        known = [_forgetting(articles[i], forget) for i in held]
        found |= dict(zip(held, rows(known, extractor), strict=True))
    return [found[i] for i in range(len(articles))]


def _forgetting(labelled: Labelled, share: float) -> Labelled:
    chance = random.Random(labelled.article.id)
    return replace(labelled, entities=[e for e in labelled.entities if chance.random() >= share])


def signs(spec: ThemeSpec, themes: Sequence[ThemeSpec]) -> Sign:
    """A theme listens to its own words and rules and to those of the themes that imply it: for it, or against it where
    they only ever serve to exclude. So no theme leans on accidents of the collection, nor on what another is about.
    """
    family = [t for t in themes if t is spec or spec.id in t.implies]
    direction: dict[str, int] = {}
    for theme in family:
        speaking = {item for rule in theme.rules if rule.score for item in rule.needs}
        direction |= {f"{theme.id}.{name}": 1 if name in speaking else -1 for name in theme.words}
        direction |= {f"{theme.id}.{rule.name}": 1 if rule.score else -1 for rule in theme.rules}

        direction |= {f"{theme.id}.{event.partition('@')[0]}": 1 for event in theme.events}

    def sign(feature: str) -> int | None:
        return direction.get(feature.rsplit(" ", 1)[-1])

    return sign


def kept(articles: Sequence[Labelled], theme: str) -> list[int]:
    return [i for i, a in enumerate(articles) if theme not in a.doubts]


def train(x: Sequence[Features], y: Sequence[bool], sign: Sign) -> dict[str, Any]:
    return fit(x, y, STRENGTH, _weights(y), sign)


def _weights(labels: Sequence[bool]) -> list[float]:
    return [POSITIVE if label else 1.0 for label in labels]


def figures(scores: Sequence[float], labels: Sequence[bool]) -> str:
    told = [score >= 0.5 for score in scores]
    right = sum(t and y for t, y in zip(told, labels, strict=True))
    precision, recall = right / max(1, sum(told)), right / max(1, sum(labels))
    return f"P {precision:.3f} R {recall:.3f} F1 {2 * right / max(1, sum(told) + sum(labels)):.3f} of {sum(labels)}"


def reliability(scores: Sequence[float], labels: Sequence[bool]) -> str:
    """Of the stories with a score between two bounds: how many, and the share that has the theme."""
    bounds = [0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.001]
    cells = []
    for low, high in pairwise(bounds):
        inside = [y for s, y in zip(scores, labels, strict=True) if low <= s < high]
        cells.append(f"{low:.1f}-{min(high, 1):.1f}: {sum(inside)}/{len(inside)}")
    return "  ".join(cells)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    articles = [a for a in [*load(arguments.shared / "train"), *load_labels(arguments.shared)] if not a.non_commercial]
    known, read = {a.article.id for a in articles}, load_events(arguments.shared)
    articles += [a for a in read if a.article.id not in known]
    again = [a for a in read if a.article.id in known]
    held = load(arguments.shared / "dev")
    weighed, dimmed = unseen_rows(articles, again), unseen_rows(articles, again, FORGET)
    held_rows = rows(held, EventExtractor())
    models = {}
    themes = taxonomy.load()
    for spec in themes:
        theme = IN_GOLD.get(spec.id, spec.id)
        chosen = [i for i in kept(articles, theme) if about(spec, weighed[i])]
        y = [theme in articles[i].themes for i in chosen] * 2
        x, groups = [rows_[i] for rows_ in (weighed, dimmed) for i in chosen], chosen * 2
        sign = signs(spec, themes)
        out = cross_validate(x, y, groups, STRENGTH, weights=_weights(y), sign=sign)
        models[spec.id] = train(x, y, sign)
        unseen = kept(held, theme)
        scores = list(predict(models[spec.id], [held_rows[i] for i in unseen]))
        truth = [theme in held[i].themes for i in unseen]
        print(f"{spec.id:16s} cross-validated {figures(out, y)}; dev, gold names {figures(scores, truth)}")
        print("   ", reliability(out, y))
        print(
            "    dev errors",
            [f"{s:.2f} {held[i].article.id}" for i, s, t in zip(unseen, scores, truth, strict=True) if (s >= 0.5) != t],
        )
    if arguments.write:
        OUT.write_text(json.dumps(rounded(models), indent=0, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

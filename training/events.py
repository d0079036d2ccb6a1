"""Trains what decides on events: which pairs are partners, which candidates are events.

usage: python -m training.events SHARED_DATA [--write]

Reads ``train/`` (gold names, links, quantities; our own segments and sentences) and our own reading of events
(``labels/events/``), prints five-fold cross-validated figures for each of the two, and with ``--write`` puts the
weights into ``service/nlp/data/events/weights.json``. Where an article was read twice, each reading counts half.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from service.model import Entity
from service.nlp.events import EventExtractor
from service.nlp.events.countries import Countries
from training.fit import Sign, cross_validate, fit, rounded
from training.labelled import Labelled, load, load_events
from training.score import nm, pair, role_ok

OUT = Path(__file__).parents[1] / "service" / "nlp" / "data" / "events" / "weights.json"
KINDS = ("tariff", "trade_deal", "trade_dispute")  # of export controls too few are labelled
STRENGTH = {"partnership": 3.0} | dict.fromkeys(KINDS, 2.0)
Gold = Mapping[str, Any]
COUNTRIES = Countries()
EXTRACTOR = EventExtractor(models={})


@dataclass(frozen=True)
class Example:
    """One decision: ``label`` None leaves it out."""

    article: int
    features: dict[str, float]
    label: bool | None


def canonical(name: str) -> str:
    return COUNTRIES.of(name.strip(), "GPE") or name.strip()


def gold_events(labelled: Labelled, kind: str) -> list[dict[str, Any]]:
    """The gold events of a kind, with countries under one name."""
    return [_canonical(event) for event in labelled.events if event["type"] == kind]


def _canonical(event: Gold) -> dict[str, Any]:
    fixed = dict(event)
    for role in ("imposer", "target"):
        value = event.get(role)
        names = value if isinstance(value, list) else (value or "").split(",")
        fixed[role] = [canonical(name) for name in names if name.strip()]
    return fixed | {role: [canonical(n) for n in event.get(role) or []] for role in ("partners", "parties")}


def pair_examples(articles: Sequence[Labelled]) -> list[Example]:
    """Of first readings alone: five in six partnerships of ours are told by one company's newsroom, and few papers
    write so.
    """
    examples = []
    for i, labelled in enumerate(articles):
        if labelled.again:
            continue
        about_ai = "ai_partnership" in (*labelled.themes, *labelled.doubts)
        gold = [event for event in labelled.events if event["type"] == "partnership"]
        found = list(EXTRACTOR.pairs(labelled.readings(EXTRACTOR)).find())
        for one in found:
            hit = next((e for e in gold if _partners(one.left, e) and _partners(one.right, e)), None)
            open_question = hit and (not about_ai or "cue round" in one.features)
            examples.append(Example(i, one.features, None if open_question else bool(hit)))
    return examples


def _partners(entity: Entity, event: Gold) -> bool:
    forms = {nm(entity.name)} | {nm(mention.text) for mention in entity.mentions}
    return any(nm(name) in forms for name in event["partners"])


def candidate_examples(articles: Sequence[Labelled], kind: str) -> list[Example]:
    examples = []
    for i, labelled in enumerate(articles):
        gold = gold_events(labelled, kind)
        found = [c for c in EXTRACTOR.candidates(labelled.readings(EXTRACTOR)) if c.type == kind]
        matched = set(pair(gold, [_predicted(c) for c in found], role_ok).values())
        examples += [Example(i, candidate.features, j in matched) for j, candidate in enumerate(found)]
    return examples


def _predicted(candidate: Any) -> dict[str, Any]:
    return {"type": candidate.type, "rate": candidate.rate.text if candidate.rate else None} | candidate.roles


def sign(feature: str) -> int | None:
    """Patterns speak for a partnership, words of rivalry, purchase and markets against."""
    plain_rule = feature.startswith("rule ") and len(feature.split()) == 2
    return 1 if plain_rule else -1 if feature.startswith("cue ") else 0


def measure_sign(feature: str) -> int | None:
    """A named imposer, a rate, an amount and a verb of imposing speak for a measure."""
    if feature.startswith(("with ", "imposer by ", "cue impose")):
        return -1 if feature.endswith((" usual", " none")) else 1
    return 0


def examples_of(articles: Sequence[Labelled]) -> dict[str, list[Example]]:
    """Every decision of the articles, by model, without those that the gold leaves open."""
    found = {"partnership": pair_examples(articles)} | {kind: candidate_examples(articles, kind) for kind in KINDS}
    return {name: [e for e in examples if e.label is not None] for name, examples in found.items()}


def models(articles: Sequence[Labelled]) -> dict[str, Any]:
    found = {}
    for name, used in examples_of(articles).items():
        rows, labels = [e.features for e in used], [bool(e.label) for e in used]
        found[name] = fit(rows, labels, STRENGTH[name], _weights(used, articles), _bound(name))
    return found


def _weights(used: Sequence[Example], articles: Sequence[Labelled]) -> list[float]:
    readings = Counter(articles[i].article.id for i in {e.article for e in used})
    return [1 / readings[articles[e.article].article.id] for e in used]


def report(articles: Sequence[Labelled]) -> None:
    number = {name: i for i, name in enumerate(sorted({a.article.id for a in articles}))}
    for name, used in examples_of(articles).items():
        out = cross_validate(
            [e.features for e in used],
            [bool(e.label) for e in used],
            [number[articles[e.article].article.id] for e in used],
            STRENGTH[name],
            weights=_weights(used, articles),
            sign=_bound(name),
        )
        for again in (False, True):
            own = [(p, bool(e.label)) for p, e in zip(out, used, strict=True) if articles[e.article].again == again]
            print(f"{name:15s} {'our reading' if again else 'train':11s} ", "   ".join(_figures(own)))


def _figures(scored: Sequence[tuple[float, bool]]) -> list[str]:
    figures = []
    for threshold in (0.2, 0.3, 0.4, 0.5):
        told = [label for p, label in scored if p >= threshold]
        precision, recall = sum(told) / max(1, len(told)), sum(told) / max(1, sum(label for _, label in scored))
        figures.append(f"at {threshold}: P {precision:.3f} R {recall:.3f}")
    return figures


def _bound(name: str) -> Sign | None:
    return {"partnership": sign, "tariff": measure_sign}.get(name)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    articles = [a for a in load(arguments.shared / "train") if not a.non_commercial] + load_events(arguments.shared)
    report(articles)
    if arguments.write:
        OUT.write_text(json.dumps(rounded(models(articles)), indent=0, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

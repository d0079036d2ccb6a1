"""Figures on the labelled articles, with the readers' own mentions: independent of the model. Floors, a point below."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from service.evaluation import article_of
from service.model import ENTITY_TYPES, QUANTITY_TYPES, Article, Mention, Span
from service.nlp.linking import Linker
from service.nlp.linking.names import bare
from service.nlp.quantities import QuantityResolver

pytestmark = pytest.mark.shared

Labels = dict[str, Any]


@pytest.fixture(scope="module")
def labelled(shared: Path) -> list[tuple[Article, Labels]]:
    def lines(name: str) -> Iterator[Labels]:
        return map(json.loads, (shared / "data/dev" / name).read_text(encoding="utf-8").splitlines())

    labels = {gold["id"]: gold for gold in lines("gold.jsonl")}
    return [(article_of(a), labels[a["id"]]) for a in lines("articles.jsonl") if labels[a["id"]].get("entities")]


def test_linked_pairs(labelled: list[tuple[Article, Labels]]) -> None:
    linker = Linker()
    right = ours = theirs = 0
    for article, gold in labelled:
        entities = linker(article, tuple(_mentions(gold)), ())
        found = {pair for entity in entities for pair in _pairs({mention.text for mention in entity.mentions})}
        wanted = {pair for cluster in gold["canonical"] for pair in _pairs(set(cluster["forms"]))}
        right, ours, theirs = right + len(found & wanted), ours + len(found), theirs + len(wanted)
    assert 2 * right / (ours + theirs) >= 0.96


@pytest.mark.parametrize(("kind", "floor"), [("money", 0.99), ("date", 0.98)])
def test_values(labelled: list[tuple[Article, Labels]], kind: str, floor: float) -> None:
    resolver = QuantityResolver()
    right = total = 0
    for article, gold in labelled:
        spans = [Span("body", e["start"], e["end"], e["type"]) for e in gold["entities"] if e["type"] in QUANTITY_TYPES]
        quantities = {q.start: q for q in resolver.resolve(article, spans, ())}
        for label in gold["normalised"]:
            if label["kind"] == kind:
                quantity = quantities.get(label["start"])
                total += 1
                right += quantity is not None and (
                    quantity.iso == label.get("iso")
                    if kind == "date"
                    else quantity.value == pytest.approx(label["value"]) and quantity.currency == label["currency"]
                )
    assert right / total >= floor


@pytest.mark.parametrize(("kind", "precision", "recall"), [("MONEY", 0.95, 0.97), ("PERCENT", 0.99, 0.99)])
def test_spans_found_by_rule(
    labelled: list[tuple[Article, Labels]], kind: str, precision: float, recall: float
) -> None:
    """Overlaps count: where approximators belong is scored by ``wiretag evaluate``."""
    resolver = QuantityResolver()
    right = ours = theirs = 0
    for article, gold in labelled:
        found = [(s.start, s.end) for s in resolver.find(article) if s.type == kind]
        wanted = [(e["start"], e["end"]) for e in gold["entities"] if e["type"] == kind]
        right += sum(any(a < d and c < b for c, d in found) for a, b in wanted)
        ours, theirs = ours + len(found), theirs + len(wanted)
    assert right / ours >= precision
    assert right / theirs >= recall


def _mentions(gold: Labels) -> Iterator[Mention]:
    for e in gold["entities"]:
        if e["type"] in ENTITY_TYPES:
            yield Mention("body", e["start"], e["end"], e["text"], e["type"], None)


def _pairs(forms: set[str]) -> set[tuple[str, str]]:
    return set(combinations(sorted({bare(form) for form in forms}), 2))

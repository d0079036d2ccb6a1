"""Stories, near-duplicates, languages and sentences of the development set: floors a point below what was reached."""

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from service.evaluation import article_of
from service.fingerprint import DUPLICATE_THRESHOLD, fingerprint, similarity
from service.nlp.detection import LanguageDetector
from service.segment import segment

pytestmark = pytest.mark.shared
TOLERANCE = 25  # characters, as in the scorer


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def texts(shared: Path) -> dict[str, str]:
    return {article["id"]: article["text"] for article in lines(shared / "data" / "dev" / "articles.jsonl")}


@pytest.fixture(scope="module")
def gold(shared: Path) -> list[dict[str, Any]]:
    return lines(shared / "data" / "dev" / "gold.jsonl")


def f1(right: int, false: int, missed: int) -> float:
    return 2 * right / (2 * right + false + missed)


def test_main_story(texts: dict[str, str], gold: list[dict[str, Any]]) -> None:
    right = false = missed = 0
    for record in (g for g in gold if g["labelled"] == "full"):
        text = texts[record["id"]]
        ours = {i for s in segment(text) if s.main for i in range(s.start, s.end) if not text[i].isspace()}
        theirs = {
            i
            for s in record["segments"]
            if s["kind"] == "main"
            for i in range(s["start"], s["end"])
            if not text[i].isspace()
        }
        right, false, missed = right + len(ours & theirs), false + len(ours - theirs), missed + len(theirs - ours)

    assert f1(right, false, missed) >= 0.99


def test_starts_of_other_stories(texts: dict[str, str], gold: list[dict[str, Any]]) -> None:
    right = false = missed = 0
    for record in (g for g in gold if g["labelled"] == "full"):
        ours = [s.start for s in segment(texts[record["id"]]) if s.kind in {"story", "teaser"} and s.story]
        theirs = [s["start"] for s in record["segments"] if s["kind"] == "story"]
        hits = sum(any(abs(a - b) <= TOLERANCE for b in ours) for a in theirs)
        right, false, missed = right + hits, false + len(ours) - hits, missed + len(theirs) - hits

    assert f1(right, false, missed) >= 0.94


def test_near_duplicates(shared: Path, texts: dict[str, str]) -> None:
    pairs = json.loads((shared / "data" / "dev" / "near_dups.json").read_text(encoding="utf-8"))["pairs"]
    signatures = {
        name: fingerprint("\n".join(text[s.start : s.end] for s in segment(text) if s.main))
        for name, text in texts.items()
    }
    found = {
        frozenset(pair)
        for pair in combinations(signatures, 2)
        if similarity(*(signatures[name] for name in pair)) >= DUPLICATE_THRESHOLD
    }

    assert found == {frozenset((pair["a"], pair["b"])) for pair in pairs}


def test_language(shared: Path, gold: list[dict[str, Any]]) -> None:
    detect = LanguageDetector()
    articles = [article_of(article) for article in lines(shared / "data" / "dev" / "articles.jsonl")]

    assert [detect(article).code for article in articles] == [g["language"] for g in gold]

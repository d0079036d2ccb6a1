"""Trains the weights of ``service/segment/stories.json``; prints how the boundaries do on pages kept apart.

usage: python -m training.stories ../shared
Logistic regression by Newton's method (iteratively reweighted least squares) with a small ridge penalty.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from service.segment import stories
from service.segment.clutter import label
from service.segment.lines import Unit, units
from training.pages import Page, Source, pages, sources

PAGES = 6000
RIDGE = 1.0
THRESHOLD = 0.7
STRICT = 0.9
OUT = Path(stories.__file__).parent / "stories.json"

Matrix = NDArray[np.float64]


def examples(made: Iterable[Page]) -> tuple[list[dict[str, float]], list[bool]]:
    """The signs of every paragraph but the first of each page, and whether it opens another story."""
    rows, opens = [], []
    for page in made:
        text, story = stories.Text(_texts(page)), stories.Story()
        for i, paragraph in enumerate(text.paragraphs):
            if i:
                before = text.paragraphs[i - 1].unit.start
                opened = any(before < start <= paragraph.unit.start for start in page.starts)
                rows.append(stories.features(text, i, story))
                opens.append(opened)
                story = stories.Story() if opened else story
            story.add(paragraph)
    return rows, opens


def _texts(page: Page) -> list[Unit]:
    found = units(page.body)
    return [unit for unit, name in zip(found, label(found), strict=True) if name == "text"]


def fit(rows: Sequence[dict[str, float]], opens: Sequence[bool]) -> dict[str, float]:
    """The weights that make the labels most likely."""
    names = list(rows[0])
    x: Matrix = np.array([[row[name] for name in names] for row in rows])
    y: Matrix = np.array(opens, dtype=float)
    weights: Matrix = np.zeros(len(names))
    for _ in range(30):
        p = 1 / (1 + np.exp(-x @ weights))
        gradient = x.T @ (y - p) - RIDGE * weights
        curvature = (x * (p * (1 - p))[:, None]).T @ x + RIDGE * np.eye(len(names))
        step = np.linalg.solve(curvature, gradient)
        weights += step
        if np.abs(step).max() < 1e-6:
            break
    return dict(zip(names, (round(float(w), 4) for w in weights), strict=True))


def measure(boundaries: stories.Boundaries, made: Sequence[Page], tolerance: int = 25) -> str:
    """Precision and recall of the starts, and how many pages of one story were broken up."""
    right = false = missed = broken = single = 0
    for page in made:
        starts = boundaries.find(_texts(page))
        hits = sum(any(abs(start - s) <= tolerance for s in starts) for start in page.starts)
        right, false, missed = right + hits, false + len(starts) - hits, missed + len(page.starts) - hits
        single += not page.starts
        broken += not page.starts and bool(starts)
    precision, recall = right / max(1, right + false), right / max(1, right + missed)
    f1 = 2 * precision * recall / (precision + recall)
    return f"P {precision:.3f} R {recall:.3f} F1 {f1:.3f}; {broken} of {single} single broken"


def main(shared: Path) -> None:
    articles = sources(shared)
    train, kept = split(articles)
    rows, opens = examples(pages(train, PAGES, seed=1))
    weights = fit(rows, opens)
    print(f"{len(rows)} paragraphs, {sum(opens)} open a story")
    for name, weight in weights.items():
        print(f"{weight:8.3f}  {name}")
    made = list(pages(kept, 1500, seed=2))
    for threshold in (0.3, 0.5, 0.7, 0.9):
        for strict in (0.7, 0.9, 0.97, 0.99):
            print(threshold, strict, measure(stories.Boundaries(weights, threshold, strict), made))
    flat = [Page(page.body.replace("\n", " "), page.starts, page.main_end) for page in made]
    print("without line breaks", measure(stories.Boundaries(weights, THRESHOLD, STRICT), flat))
    OUT.write_text(
        json.dumps({"threshold": THRESHOLD, "strict": STRICT, "weights": weights}, indent=1) + "\n", encoding="utf-8"
    )


def split(articles: Sequence[Source]) -> tuple[list[Source], list[Source]]:
    """One article in five, by its number, is kept apart."""
    kept = [article for article in articles if int(article.id[1:]) % 5 == 0]
    return [article for article in articles if int(article.id[1:]) % 5], kept


if __name__ == "__main__":
    main(Path(sys.argv[1]))

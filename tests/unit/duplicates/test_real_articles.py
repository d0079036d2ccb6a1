"""Links between real articles, through the same steps as the service: story cut out, fingerprint, decisions."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from service.duplicates import Stories
from service.fingerprint import fingerprint
from service.model import Sighting
from service.segment import segment

pytestmark = pytest.mark.shared

HOUR = 3_600_000
UNRELATED = 400  # articles of the pool, in which there are no duplicates


def story(body: str) -> str:
    return "\n".join(body[one.start : one.end] for one in segment(body) if one.main)


def links(stories: dict[str, str]) -> set[frozenset[str]]:
    """Pairs of a story's original and a duplicate, the articles seen one a second."""
    found = Stories(72 * HOUR, 20_000)
    for number, (name, text) in enumerate(stories.items()):
        found.consider(Sighting("", 0, number * 1000, name, number * 1000, False, fingerprint(text)))
    return {frozenset((one.id, one.link.original)) for one in found if one.link}


def dev(shared: Path) -> dict[str, str]:
    lines = (shared / "data/dev/articles.jsonl").read_text(encoding="utf-8").split("\n")
    return {record["id"]: story(record["text"]) for record in map(json.loads, filter(None, lines))}


def pool(shared: Path) -> Iterator[tuple[str, str]]:
    with gzip.open(shared / "data/pool/news.jsonl.gz", "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            record: dict[str, Any] = json.loads(line)
            yield f"pool{number}", story(record["text"])


def test_the_pairs_of_the_development_set_and_no_others(shared: Path) -> None:
    labelled = json.loads((shared / "data/dev/near_dups.json").read_text(encoding="utf-8"))
    expected = {frozenset((pair["a"], pair["b"])) for pair in labelled["pairs"]}
    assert len(expected) == 5
    assert links({**dev(shared), **dict(islice(pool(shared), UNRELATED))}) == expected


def test_shortened_copies_are_found(shared: Path) -> None:
    """The first half of each, among all the others."""
    originals = dict(islice(pool(shared), UNRELATED))
    copies = {f"{name}:half": " ".join(text.split()[: len(text.split()) // 2]) for name, text in originals.items()}
    found = links({**originals, **copies})
    right = {frozenset((name, f"{name}:half")) for name in originals}
    assert len(found & right) >= 0.99 * len(right)
    assert found <= right

"""A repetition of an event must be equal: no tag may hang on the hash seed of the process."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from service.demo import samples

pytestmark = pytest.mark.nlp


def enriched(seed: str, articles: bytes) -> list[object]:
    done = subprocess.run(
        [sys.executable, "-m", "service", "enrich", "-"],
        input=articles,
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        check=True,
    )
    records = [json.loads(line) for line in done.stdout.splitlines()]
    for record in records:
        record["processing"].pop("timings", None)
    return records


def test_the_same_articles_get_the_same_tags_whatever_the_hash_seed() -> None:
    good = [sample.value for sample in samples.load() if sample.outcome == "enriched"]
    first = enriched("1", b"\n".join(good))
    assert len(first) == len(good)
    assert enriched("2", b"\n".join(good)) == first

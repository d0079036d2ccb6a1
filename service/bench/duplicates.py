"""Memory, speed and recall of finding duplicates, with as many articles as are remembered.

The fingerprints are made without texts: those of unrelated stories are random, and of a text with Jaccard index J to
another one each minimum is equal with the probability J. That is what MinHash says of texts; the figures of real ones
are in the tests.
"""

from __future__ import annotations

import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.duplicates import Stories
from service.duplicates.stories import SHORTEST
from service.fingerprint import DUPLICATE_THRESHOLD, parts, similarities
from service.model import Sighting, Standing
from service.runtime.telemetry.memory import resident

HOUR = 3_600_000  # ms
SEED = 20261126
COPIES = 0.3  # of all articles
RECENT = 20_000  # articles: how far back, on average, the copied one came
KEPT = 5 * RECENT  # originals that may be copied; what the benchmark itself takes counts as memory
SIZES = (60, 900)  # shingles of an original
# Of copies: their share, the least and most that they keep of the text, and whether they are a part of it.
EDITS = ((0.4, 1.0, 1.0, False), (0.3, 0.7, 0.95, False), (0.2, 0.4, 0.7, False), (0.1, 0.2, 0.5, True))
STEADY = 0.1  # more articles than are remembered, so that the oldest are forgotten
SAMPLE = 300  # articles compared with every original

Minima = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Figures:
    """Microseconds are of CPU time for one article; ``recall``: of the sampled articles that have an original, those
    that were found to be duplicates. Bytes are those by which the process grew.
    """

    articles: int
    originals: int
    filling: float
    steady: float
    resident: float
    restoring: float
    sampled: int
    recall: float


def measure(articles: int, hours: float, tell: Callable[[str], None]) -> Figures:
    """Fills the memory within a window of so many hours, goes on while the oldest leave it, then starts again."""
    window = int(hours * HOUR)
    stories = Stories(window, 2 * articles)
    sightings = _sightings(articles, window)
    before = resident()
    filling = _run(stories, sightings, articles, tell)
    grown = resident() - before
    steady = _run(stories, sightings, int(articles * STEADY), tell)
    tell("comparing a sample with every original")
    sampled, recall = _recall(list(stories), window)
    tell("starting again")
    began = time.process_time()
    again = Stories(window, 2 * articles, stories.horizon)
    again.restore(stories)
    restoring = time.process_time() - began
    return Figures(len(stories), stories.originals, filling, steady, grown, restoring, sampled, recall)


def _run(stories: Stories, sightings: Iterator[Sighting], articles: int, tell: Callable[[str], None]) -> float:
    """Microseconds an article."""
    spent = 0.0
    for start in range(0, articles, 10_000):
        tell(f"{len(stories):,} articles")
        batch = [next(sightings) for _ in range(min(10_000, articles - start))]
        began = time.process_time()
        for sighting in batch:
            stories.consider(sighting)
        spent += time.process_time() - began
    return 1e6 * spent / articles


def _sightings(articles: int, window: int) -> Iterator[Sighting]:
    """Without end; ``articles`` of them fill the window."""
    chance = np.random.default_rng(SEED)
    originals: list[tuple[int, Minima]] = []
    number = 0
    while True:
        number += 1
        if originals and chance.random() < COPIES:
            size, minima = _copy(chance, originals[-1 - min(int(chance.exponential(RECENT)), len(originals) - 1)])
        else:
            size, minima = int(chance.integers(*SIZES)), chance.integers(0, 256, 128, dtype=np.uint8)
            originals.append((size, minima))
            del originals[: -KEPT if len(originals) > 2 * KEPT else 0]
        when = 1_767_225_600_000 + number * window // articles
        domain = f"outlet{number % 700}.example"
        yield Sighting(
            where=f"articles.enriched/{number % 12}/{number}",
            offset=number,
            arrived=when,
            id=f"{domain}/2026/01/{number}/a-headline-in-short",
            time=when,
            retracted=False,
            fingerprint=f"m1:{size:x}:{b64encode(minima.tobytes()).decode()}",
            published=f"2026-01-01T{number % 24:02}:{number % 60:02}:00+00:00",
            domain=domain,
        )


def _copy(chance: np.random.Generator, original: tuple[int, Minima]) -> tuple[int, Minima]:
    size, minima = original
    _, least, most, part = EDITS[int(chance.choice(len(EDITS), p=[edit[0] for edit in EDITS]))]
    kept = chance.uniform(least, most)
    jaccard = kept if part else kept / (2 - kept)
    changed = chance.random(128) >= jaccard
    other = np.where(changed, chance.integers(0, 256, 128, dtype=np.uint8), minima)
    return max(SHORTEST, int(size * kept)) if part else size, other.astype(np.uint8)


def _recall(standings: list[Standing], window: int) -> tuple[int, float]:
    """How many of a sample have an original among all, and the share of them that was found."""
    originals = [one for one in standings if one.status == "original"]
    signatures = [text for one in originals if (text := parts(one.fingerprint))]
    sizes, table = np.array([size for size, _ in signatures]), np.array([minima for _, minima in signatures])
    seen = np.array([one.first_seen for one in originals])
    have = found = 0
    for one in standings[len(standings) // 2 :: max(1, len(standings) // (2 * SAMPLE))]:
        text = parts(one.fingerprint)
        earlier = (seen < one.first_seen) & (seen >= one.first_seen - window)
        if text and (similarities(*text, sizes[earlier], table[earlier]) >= DUPLICATE_THRESHOLD).any():
            have += 1
            found += one.status == "duplicate"
    return have, found / have if have else 1.0

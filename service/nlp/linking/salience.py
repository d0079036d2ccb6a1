"""Whom the story is about: how much each entity matters to it, 0 to 1.

Headline, place of the first mention and number of mentions are the features that carried entity salience in Dunietz and
Gillick, "A New Entity Salience Task with Millions of Training Examples" (EACL 2014). The weights are ours:

    weight of the type * (2 if in the title + exp(-characters into the main story / 600) + log2(1 + mentions in it))

divided by the highest of the article. What the main story does not name, or only as the press that signs it, gets at
most 0.1, by its mentions elsewhere.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence

from service.model import Mention, Segment
from service.nlp.linking.names import words

_TITLE = 2.0
_LEAD = 600  # characters: about the first four sentences
_BESIDE = 0.1


def saliences(
    entities: Sequence[tuple[str, Sequence[Mention]]],
    segments: Collection[Segment],
    signs: Callable[[Mention], bool] = lambda mention: False,
) -> list[float]:
    """One figure for each (type, mentions), rounded to three digits. ``signs``: the press in its own name only."""
    main = {segment.id for segment in segments if segment.main}
    start = min((segment.start for segment in segments if segment.main), default=0)
    weights: Mapping[str, float] = words()["salience"]
    raw = [weights[kind] * _matters([m for m in mentions if not signs(m)], main, start) for kind, mentions in entities]
    highest = max(raw, default=0.0)
    return [
        round(score / highest, 3) if score else round(_BESIDE * (1 - 1 / (1 + len(mentions))), 3)
        for score, (_, mentions) in zip(raw, entities, strict=True)
    ]


def _matters(mentions: Sequence[Mention], main: set[int], start: int) -> float:
    inside = [m.start for m in mentions if m.field == "body" and (not main or m.segment in main)]
    titled = any(m.field == "title" for m in mentions)
    if not inside:
        return _TITLE if titled else 0.0
    lead = math.exp(-max(0, min(inside) - start) / _LEAD)
    return titled * _TITLE + lead + math.log2(1 + len(inside))

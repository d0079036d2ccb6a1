"""Who the story is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log2

from service.model import Article, Mention, Segment

# People and organisations act; places and nationalities are mostly where and whose.
_WEIGHT: Mapping[str, float] = {
    "PERSON": 1.0, "ORG": 1.0, "PRODUCT": 0.9, "EVENT": 0.8, "LAW": 0.8, "GPE": 0.75,
    "WORK_OF_ART": 0.6, "FAC": 0.6, "LOC": 0.5, "NORP": 0.4,
}  # fmt: skip
_TITLE = 1.5
_CLUTTER = 0.1


def salience(
    article: Article, clusters: Sequence[tuple[str, Sequence[Mention]]], segments: Sequence[Segment]
) -> list[float]:
    """Salience of each (type, mentions), 0 to 1; the most salient entity of the article has 1.

    ``type weight * (1.5 [in the title] + log2(1 + mentions in the main story) + share of the body after the first)``
    over the article's greatest. Frequency and the place of the first mention are the features that Dunietz and Gillick
    (EACL 2014) found to carry most; an entity found only in clutter keeps a tenth of its frequency.
    """
    main = {segment.id for segment in segments if segment.main}
    raw = [_raw(kind, mentions, main, len(article.body)) for kind, mentions in clusters]
    greatest = max(raw, default=1.0) or 1.0
    return [round(score / greatest, 3) for score in raw]


def _raw(kind: str, mentions: Sequence[Mention], main: set[int], length: int) -> float:
    titled = any(mention.field == "title" for mention in mentions)
    starts = [mention.start for mention in mentions if mention.segment in main]
    weight = _WEIGHT.get(kind, 0.5)
    if not titled and not starts:
        return weight * _CLUTTER * log2(1 + len(mentions))
    lead = 1 - min(starts) / max(1, length) if starts else 0.0
    return weight * (_TITLE * titled + log2(1 + len(starts)) + lead)

"""What stands of each article within the window, and what a new record changes.

An article is a duplicate if an *original* that was seen before it, at most a window earlier, is near to it; else it is
an original itself: links are stars, never chains. Which articles are originals follows from the articles alone, not
from the order in which they come (the lexicographically first maximal independent set, by time first seen and id); an
article near to several originals belongs to the earliest, or to the one that it was linked to before that came.

Only originals are in the index: a page that ten thousand sites carry costs ten thousand queries, not pairs.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import replace
from sys import intern

from service.duplicates.index import Index
from service.fingerprint import DUPLICATE_THRESHOLD, parts
from service.model import Considered, Link, Sighting, Standing

MINUTE = 60_000  # ms: what leaves the memory does so by the minute
SHORTEST = 16  # shingles; shorter texts are cookie walls and captions, and equal by chance
_DIGITS = 4  # of a similarity


class Stories:
    """``window``: milliseconds between an original and its duplicates at most; ``most``: articles remembered."""

    def __init__(self, window: int, most: int, horizon: int = 0) -> None:
        self._window, self._most = window, most
        self.horizon = horizon  # minutes since the epoch; what was first seen before it is forgotten
        self.evicted = {"window": 0, "memory": 0}  # articles forgotten, by what asked for it
        self._latest = 0
        self._articles: dict[str, Standing] = {}
        self._minutes: dict[int, list[str]] = {}
        self._duplicates: dict[str, set[str]] = {}  # by original, which may be forgotten already
        self._index = Index(most + 1)
        self._rows: dict[str, int] = {}
        self._originals: dict[int, str] = {}  # by row

    def __len__(self) -> int:
        return len(self._articles)

    def __iter__(self) -> Iterator[Standing]:
        return iter(self._articles.values())

    @property
    def originals(self) -> int:
        return len(self._index)

    @property
    def index_memory(self) -> int:
        """Bytes of the index alone."""
        return self._index.memory

    def restore(self, standings: Iterable[Standing]) -> None:
        """Takes over what was decided before, the newest standing of each article; nothing is decided anew."""
        for standing in sorted(standings, key=_order):
            if standing.first_seen // MINUTE >= self.horizon:
                self._remember(standing)
                self._join(standing)
                self._forget()  # there may be more of them than are remembered now

    def consider(self, sighting: Sighting) -> Considered:
        """What the record changes; applied when it returns."""
        known = self._articles.get(sighting.id)
        if known is not None and sighting.time < known.time:
            return Considered("stale")
        first = known.first_seen if known else min(sighting.time, sighting.arrived)
        if first // MINUTE < self.horizon:
            return Considered("late")
        own = _own(sighting, first)
        changed = self._revise(known, own) if known and _same_text(known, own) else self._replace(known, own)
        self._forget()
        return Considered(changed[0].status, tuple(changed))

    # --- one article ------------------------------------------------------------------------------------------------

    def _revise(self, known: Standing, own: Standing) -> list[Standing]:
        """A new version of the same text."""
        own = replace(own, status=known.status, link=known.link)
        self._articles[own.id] = own
        return [own]

    def _replace(self, known: Standing | None, own: Standing) -> list[Standing]:
        orphans = self._leave(known) if known else set()
        if own.id in self._duplicates and (own.status != "original" or self._look(own)[0]):
            orphans |= self._duplicates.pop(own.id)  # of an original that was forgotten, and comes back as none
        if known is None:
            self._remember(own)
        self._articles[own.id] = own
        changed = self._settle(orphans | ({own.id} if own.status == "original" else set()))
        changed.pop(own.id, None)
        return [self._articles[own.id], *changed.values()]

    def _settle(self, dirty: set[str]) -> dict[str, Standing]:
        """Decides these articles and whatever that moves, the earliest first: each is decided once. What changed."""
        waiting = [_order(self._articles[one]) for one in dirty]
        heapq.heapify(waiting)
        queued = set(dirty)
        changed: dict[str, Standing] = {}
        while waiting:
            before = self._articles[heapq.heappop(waiting)[1]]
            link, later = self._look(before)
            after = replace(before, status="duplicate" if link else "original", link=link)
            moved = set(later)
            if after != before or before.id not in self._rows:
                moved |= self._move(before, after)
            if after != before:
                changed[after.id] = after
            for one in moved - queued:
                heapq.heappush(waiting, _order(self._articles[one]))
            queued |= moved
        return changed

    def _look(self, article: Standing) -> tuple[Link | None, list[str]]:
        """To the earliest original before it; if there is none, the later ones that it takes the place of."""
        text = parts(article.fingerprint)
        near = []
        for row, similarity in self._index.near(*text, DUPLICATE_THRESHOLD) if text else ():
            original = self._articles[self._originals[row]]
            if original.id != article.id and abs(original.first_seen - article.first_seen) <= self._window:
                near.append((_order(original), similarity))
        near.sort()
        if near and near[0][0] < _order(article):
            return _link(article, self._articles[near[0][0][1]], near[0][1]), []
        return None, [order[1] for order, _ in near]

    def _move(self, before: Standing, after: Standing) -> set[str]:
        """The articles that lose their original by it."""
        orphans = self._leave(before)
        self._articles[after.id] = after
        self._join(after)
        return orphans

    def _join(self, article: Standing) -> None:
        if article.link:
            self._duplicates.setdefault(article.link.original, set()).add(article.id)
        elif article.status == "original" and (text := parts(article.fingerprint)):
            row = self._rows[article.id] = self._index.add(*text)
            self._originals[row] = article.id

    def _leave(self, article: Standing) -> set[str]:
        """The articles that lose their original by it."""
        if article.link:
            self._unlink(article.id, article.link.original)
            return set()
        if article.id not in self._rows:
            return set()
        self._drop(article.id)
        return self._duplicates.pop(article.id, set())

    # --- memory -----------------------------------------------------------------------------------------------------

    def _remember(self, article: Standing) -> None:
        self._articles[article.id] = article
        self._minutes.setdefault(article.first_seen // MINUTE, []).append(article.id)
        self._latest = max(self._latest, article.first_seen)

    def _forget(self) -> None:
        """Those that no new article can be a duplicate of; then the oldest, until the rest is few enough."""
        oldest = (self._latest - self._window) // MINUTE
        if oldest > self.horizon:
            self.evicted["window"] += self._forget_before(oldest)
        while len(self._articles) > self._most:
            self.evicted["memory"] += self._forget_before(min(self._minutes) + 1)

    def _forget_before(self, minute: int) -> int:
        self.horizon = minute
        there = len(self._articles)
        for past in [one for one in self._minutes if one < minute]:
            for one in self._minutes.pop(past):
                self._forget_one(self._articles.pop(one))
        return there - len(self._articles)

    def _forget_one(self, article: Standing) -> None:
        """Its duplicates keep their links."""
        if article.link:
            self._unlink(article.id, article.link.original)
        elif article.id in self._rows:
            self._drop(article.id)

    def _drop(self, identifier: str) -> None:
        row = self._rows.pop(identifier)
        del self._originals[row]
        self._index.remove(row)

    def _unlink(self, identifier: str, original: str) -> None:
        others = self._duplicates.get(original, set())
        others.discard(identifier)
        if not others:
            self._duplicates.pop(original, None)


def _own(sighting: Sighting, first_seen: int) -> Standing:
    """An original until it is compared."""
    domain = intern(sighting.domain) if sighting.domain else None
    return Standing(
        sighting.id, _status(sighting), sighting.time, first_seen, sighting.fingerprint, sighting.published, domain
    )


def _status(sighting: Sighting) -> str:
    if sighting.retracted:
        return "retracted"
    text = parts(sighting.fingerprint)
    return "original" if text and text[0] >= SHORTEST else "unchecked"


def _same_text(known: Standing, own: Standing) -> bool:
    return known.fingerprint == own.fingerprint and (known.status == "retracted") == (own.status == "retracted")


def _link(article: Standing, original: Standing, similarity: float) -> Link:
    kind = "exact" if article.fingerprint == original.fingerprint else "near"
    return Link(original.id, round(similarity, _DIGITS), kind, original.first_seen, original.published, original.domain)


def _order(article: Standing) -> tuple[int, str]:
    return article.first_seen, article.id

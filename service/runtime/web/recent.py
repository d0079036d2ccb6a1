"""What the feed remembers: the newest articles, and what came through in the last hour. Plain values, no clock; bounded
whatever comes.
"""

from __future__ import annotations

import hashlib
from bisect import insort
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from service.page import words
from service.page.matches import matches
from service.page.titles import title
from service.runtime.kafka.tailing import Published
from topics import catalogue as topics

Json = Mapping[str, Any]

KEPT = 200  # articles
KEPT_BYTES = 64 * 1024 * 1024  # of their records; the newest is kept in any case
MINUTES = 60
SHOWN_ENTITIES, SHOWN_EVENTS = 6, 2
SUGGESTED = 60  # names offered to filter by
OTHER = "other"
REASONS = frozenset(reason.name for reason in topics.reasons())


@dataclass(frozen=True, slots=True)
class Item:
    """One article in its newest version. ``when``: milliseconds since the epoch, as stored; ``told``: its ``ce_time``,
    which tells versions apart; ``entities``: the most salient names, each with its look; ``sought``: all of them, to
    filter by; ``value``: the record, None once it is retracted.
    """

    id: str
    when: int
    title: str
    told: str
    source: str = ""
    main: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    entities: tuple[tuple[str, str], ...] = ()
    events: tuple[str, ...] = ()
    sought: str = ""
    value: bytes | None = None

    @property
    def key(self) -> str:
        """For addresses: an id may hold anything, and much of it."""
        return key_of(self.id)


@dataclass(frozen=True, slots=True)
class Hour:
    """What came through in the last hour, every version of an article by itself. ``themes``: as on their topics."""

    articles: int = 0
    retracted: int = 0
    themes: tuple[tuple[str, int], ...] = ()
    dead: tuple[tuple[str, int], ...] = ()

    @property
    def dead_letters(self) -> int:
        return sum(count for _, count in self.dead)


@dataclass(slots=True)
class Recent:
    """``themes``: those that are counted even if none came."""

    themes: tuple[str, ...]
    version: int = 0
    unreadable: int = 0
    _items: dict[str, Item] = field(default_factory=dict)
    _order: list[tuple[int, int, str]] = field(default_factory=list)
    _bytes: int = 0
    _minutes: dict[int, Counter[tuple[str, str]]] = field(default_factory=dict)

    def take(self, published: Published, now: float) -> None:
        """A record of ``enriched`` or ``dead``; ``now`` in seconds since the epoch. What cannot be read is counted."""
        self.version += 1
        if published.stream == "dead":
            self._count(published.timestamp, now, [("dead", _reason(published))])
            return
        if published.value is None:
            return
        try:
            item = _item(orjson.loads(published.value), published)
        except (ValueError, KeyError, TypeError, AttributeError):
            self.unreadable += 1
            return
        kinds = [("articles" if item.value else "retracted", "")]
        self._count(published.timestamp, now, [*kinds, *(("theme", theme) for theme in item.main)])
        self._keep(item)

    def article(self, key: str) -> Item | None:
        return next((item for item in self._items.values() if item.key == key), None)

    def select(self, theme: str = "", entity: str = "", most: int = KEPT) -> list[Item]:
        """The newest first. ``theme``: as on its topic; ``entity``: part of a name, or an identifier."""
        sought = entity.casefold().strip()
        found = []
        for _, _, identifier in reversed(self._order):
            item = self._items[identifier]
            if (not theme or theme in item.main) and (not sought or sought in item.sought):
                found.append(item)
                if len(found) == most:
                    break
        return found

    def names(self) -> list[str]:
        """Entities of many of the articles that are kept."""
        counts = Counter(name for item in self._items.values() for name, _ in item.entities)
        return [name for name, _ in counts.most_common(SUGGESTED)]

    def hour(self, now: float) -> Hour:
        self._forget(now)
        total: Counter[tuple[str, str]] = sum(self._minutes.values(), Counter())
        themes = dict.fromkeys(self.themes, 0) | {name: n for (kind, name), n in total.items() if kind == "theme"}
        dead = sorted(((name, n) for (kind, name), n in total.items() if kind == "dead"), key=lambda one: -one[1])
        return Hour(total["articles", ""], total["retracted", ""], tuple(themes.items()), tuple(dead))

    # --- within -------------------------------------------------------------------------------------------------

    def _keep(self, item: Item) -> None:
        before = self._items.get(item.id)
        if before and item.told < before.told:
            return  # a replay of what is out of date
        if before:
            self._drop(before)
        self._items[item.id] = item
        insort(self._order, (item.when, self.version, item.id))
        self._bytes += len(item.value or b"")
        while len(self._items) > KEPT or (self._bytes > KEPT_BYTES and len(self._items) > 1):
            self._drop(self._items[self._order[0][2]])

    def _drop(self, item: Item) -> None:
        self._order = [one for one in self._order if one[2] != item.id]
        del self._items[item.id]
        self._bytes -= len(item.value or b"")

    def _count(self, timestamp: int, now: float, kinds: Iterable[tuple[str, str]]) -> None:
        minute, current = timestamp // 60_000, int(now // 60)
        if minute > current - MINUTES:
            self._minutes.setdefault(min(minute, current), Counter()).update(kinds)
        self._forget(now)

    def _forget(self, now: float) -> None:
        for minute in [minute for minute in self._minutes if minute <= int(now // 60) - MINUTES]:
            del self._minutes[minute]


def key_of(identifier: str) -> str:
    return hashlib.sha256(identifier.encode()).hexdigest()[:24]


def _reason(published: Published) -> str:
    """Of the vocabulary, so that the number of words is bounded."""
    name = _header(published, "wiretag_reason")
    return name if name in REASONS else OTHER


def _header(published: Published, name: str) -> str:
    return dict(published.headers).get(name, b"").decode("utf-8", "replace")


def _item(record: Json, published: Published) -> Item:
    article, when, told = record["article"], published.timestamp, _header(published, "ce_time")
    article["id"].encode()  # or it is no text: AttributeError
    if record["status"] == "retracted":
        return Item(article["id"], when, article["id"], told)
    source = article.get("source") or {}
    names = [name for one in record["entities"] for name in (one["name"], *one["identifiers"].values())]
    return Item(
        article["id"],
        when,
        title(record),
        told,
        source.get("name") or source.get("domain") or "",
        tuple(theme["id"] for theme in record["themes"] if matches(theme)),
        tuple(theme["id"] for theme in record["themes"] if not matches(theme)),
        tuple((one["name"], words.entity(one["type"]).group) for one in record["entities"][:SHOWN_ENTITIES]),
        tuple(_event(event) for event in record["events"] if event["main"])[:SHOWN_EVENTS],
        "\n".join(names).casefold(),
        published.value,
    )


def _event(event: Json) -> str:
    parties = [party["name"] for parties in event["roles"].values() for party in parties]
    said = f"{words.spaced(event['type'])}, {'denied' if event['negated'] else words.spaced(event['status'])}"
    return f"{said}: {', '.join(dict.fromkeys(parties))}" if parties else said

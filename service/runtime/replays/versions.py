"""The newest version of each article of ``articles.raw``, in bounded memory."""

from __future__ import annotations

import contextlib
import sqlite3
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b

from service import codec
from service.model import Article, RawEvent, Rejected, Tombstone

CACHE_KIB = 64 * 1024  # what does not fit into it goes to a temporary file
TABLE = """CREATE TABLE version (
    article BLOB PRIMARY KEY, moment INT, part INT, place INT, retracted INT, done INT, behind INT
) WITHOUT ROWID"""
# Of two records of an article the one with the later moment is the newer version; of equal ones, the later record.
NOTE = """INSERT INTO version VALUES (?, ?, ?, ?, ?, ?, 0) ON CONFLICT (article) DO UPDATE SET
    moment = excluded.moment, part = excluded.part, place = excluded.place,
    retracted = excluded.retracted, done = excluded.done, behind = 0
    WHERE excluded.moment >= version.moment"""
WINDOW = "moment >= ? AND moment < ?"
WANTED = f"behind OR ({WINDOW} AND NOT retracted AND NOT done)"


@dataclass(frozen=True, slots=True)
class Window:
    """Moments in ms since 1970: from ``start``, before ``end``."""

    start: int
    end: int

    def __contains__(self, moment: int) -> bool:
        return self.start <= moment < self.end


EVER = Window(-(1 << 62), 1 << 62)


class Versions:
    """Is told of every record, partition by partition in order. ``run``: the replay whose copies count as done.

    An older version that was put behind a newer one (a replay was overtaken) makes the newer one wanted again: readers
    of a compacted topic keep what stands last. ``only``: ids of the articles that matter; None for all.
    """

    def __init__(self, window: Window, run: str, limits: codec.Limits, only: Iterable[str] | None = None) -> None:
        self._window, self._run, self._limits = window, run, limits
        self._only = None if only is None else {_digest(identifier) for identifier in only}
        self._database = sqlite3.connect("", isolation_level=None)  # a private one, gone with us
        self._database.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.execute(TABLE)
        self.counts: Counter[str] = Counter()  # of records in the window: version, tombstone, unreadable

    def close(self) -> None:
        self._database.close()

    def note(self, events: Iterable[RawEvent]) -> None:
        self._database.execute("BEGIN")
        with contextlib.closing(self._database.cursor()) as cursor:
            for event in events:
                self._note(cursor, event)
        self._database.execute("COMMIT")

    def wanted(self) -> Mapping[int, array[int]]:
        """The offsets of what is to be replayed, by partition, ascending."""
        positions: dict[int, array[int]] = {}
        rows = self._database.execute(
            f"SELECT part, place FROM version WHERE {WANTED} ORDER BY part, place", self._bounds
        )
        for partition, offset in rows:
            positions.setdefault(partition, array("q")).append(offset)
        return positions

    def left(self) -> dict[str, int]:
        """Why what is in the window is not wanted, counted."""
        count = f"SELECT count(*), sum(done), sum(retracted) FROM version WHERE {WINDOW}"
        newest, done, retracted = (number or 0 for number in self._database.execute(count, self._bounds).fetchone())
        return {"older": self.counts["version"] - newest, "done": done, "retracted": retracted}

    def is_newest(self, event: RawEvent) -> bool:
        row = self._database.execute("SELECT part, place FROM version WHERE article = ?", [self._article(event)])
        return bool(row.fetchone() == (event.partition, event.offset))

    def newest(self, identifier: str) -> int | None:
        """The moment of an article's newest version."""
        row = self._database.execute("SELECT moment FROM version WHERE article = ?", [_digest(identifier)]).fetchone()
        return None if row is None else int(row[0])

    def replayed(self, events: Iterable[RawEvent]) -> None:
        """Copies of these newest versions are in the log, though they have not been read there yet."""
        done = [(self._article(event),) for event in events]
        self._database.executemany("UPDATE version SET done = 1, behind = 0 WHERE article = ?", done)

    @property
    def _bounds(self) -> tuple[int, int]:
        return self._window.start, self._window.end

    def _note(self, cursor: sqlite3.Cursor, event: RawEvent) -> None:
        replay, moment = codec.replay_of(event), codec.moment(event)
        ours = replay is not None and replay.run == self._run
        kind, article, retracted = self._look(event)
        if moment in self._window and not ours:
            self.counts[kind] += 1
        if article is None:
            return
        row = (article, moment, event.partition, event.offset, retracted, ours)
        if not cursor.execute(NOTE, row).rowcount and replay:
            cursor.execute("UPDATE version SET behind = 1 WHERE article = ?", [article])

    def _look(self, event: RawEvent) -> tuple[str, bytes | None, bool]:
        outcome = codec.decode(event, self._limits)
        if isinstance(outcome, Tombstone):
            return "tombstone", None, False
        if isinstance(outcome, Rejected):
            return "unreadable", None, False
        retracted = not isinstance(outcome, Article)
        article = _digest(outcome.id if isinstance(outcome, Article) else outcome.article_id)
        return "version", article if self._only is None or article in self._only else None, retracted

    def _article(self, event: RawEvent) -> bytes | None:
        return self._look(event)[1]


def _digest(identifier: str) -> bytes:
    return blake2b(identifier.encode("utf-8", "surrogatepass"), digest_size=16).digest()

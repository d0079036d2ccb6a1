"""Which dead letters may live again, and how they are put into ``articles.raw``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import groupby

from service import codec
from service.codec import Letter, Limits
from service.model import Article, Rejected, Retracted
from service.runtime.kafka import diagnosis
from service.runtime.kafka.reader import Reader
from service.runtime.replays import letters
from service.runtime.replays.history import History
from service.runtime.replays.letters import DEAD, Filter, Place
from service.runtime.replays.resending import Resender
from service.runtime.replays.scan import Scan, Told, fetch
from service.runtime.replays.versions import EVER, Versions
from service.settings import Settings

REPLAYED = "replayed already"
NEWER = "a newer version of the article came since"
GONE = "the letter holds no value, and the raw event is gone"
LARGE = "too large for articles.raw with its history"
REFUSED = "would be refused again"
OFTEN = "died again after as many replays as --max-replays allows"
UNKNOWN = "articles.raw does not reach back to it, a newer version cannot be ruled out"
FORCEABLE = (REFUSED, OFTEN, UNKNOWN)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A letter that is to be replayed. ``article``: its id, as far as it can be read; ``moment`` as ``codec.moment``;
    ``raw``: partition and offset of the raw event.
    """

    place: Place
    raw: tuple[int, int]
    reason: str
    source: str
    article: str | None
    moment: int


class Revival:
    """``async with Revival(...) as revival``: first ``plan``, then ``replay`` what was ``chosen``.

    ``left`` counts the other letters by why they are left alone and by reason.
    """

    def __init__(self, settings: Settings, run: str, max_replays: int, force: bool) -> None:
        self._settings, self.run, self._max_replays, self._force = settings, run, max_replays, force
        self._limits = Limits.of(settings)
        self._dead, self._raw = (Reader(settings, settings.topic(stream)) for stream in (DEAD, "raw"))
        self._done: Mapping[Place, str] = {}
        self._history: History | None = None
        self._versions = Versions(EVER, run, self._limits, only=())
        self._open = AsyncExitStack()
        self.chosen: list[Chosen] = []
        self.left: Counter[tuple[str, str]] = Counter()

    async def __aenter__(self) -> Revival:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._open.aclose()
        await self._dead.stop()
        await self._raw.stop()

    # --- which ----------------------------------------------------------------------------------------------------

    async def plan(self, which: Filter, told: Told) -> None:
        """Looks at the letters, and at what came to ``articles.raw`` since the oldest of them."""
        self._done = await letters.receipts(self._settings)
        chosen = []
        async for letter in letters.find(self._settings, which, told):
            verdict = await self._judge(letter)
            if isinstance(verdict, Chosen):
                chosen.append(verdict)
            else:
                self.left[verdict, letter.reason] += 1
        self.chosen = await self._compare(chosen, told)

    async def _judge(self, letter: Letter) -> Chosen | str:
        if letters.place(letter.record) in self._done:
            return REPLAYED
        if not self._force and letter.replay and letter.replay.count >= self._max_replays:
            return OFTEN
        event = await letters.whole(self._settings, self._raw, letter)
        if event is None:
            return GONE
        decoded = codec.decode(event, self._limits)
        if isinstance(decoded, Rejected) and not self._force:
            return REFUSED
        return Chosen(
            letters.place(letter.record),
            (event.partition, event.offset),
            letter.reason,
            codec.producer_of(event),
            _article(decoded),
            codec.moment(event),
        )

    async def _compare(self, chosen: list[Chosen], told: Told) -> list[Chosen]:
        """Without those that a newer version has made superfluous, or may have."""
        if not chosen:
            return []
        scan = Scan(self._settings, "raw", min(one.moment for one in chosen))
        await self._open.enter_async_context(scan)
        self._versions = Versions(EVER, self.run, self._limits, {one.article for one in chosen if one.article})
        self._history = History(self._settings, scan, self._versions)
        await self._history.look(told)
        among: dict[str | None, int] = {}  # the letters' own versions: their raw events may be gone
        for one in chosen:
            among[one.article] = max(one.moment, among.get(one.article, one.moment))
        kept = []
        for one in chosen:
            if self._overtaken(one) or (one.article and among[one.article] > one.moment):
                self.left[NEWER, one.reason] += 1
            elif not self._force and one.raw[1] < scan.beginnings.get(one.raw[0], 0):
                self.left[UNKNOWN, one.reason] += 1
            else:
                kept.append(one)
        return kept

    def _overtaken(self, one: Chosen) -> bool:
        newest = self._versions.newest(one.article) if one.article else None
        return newest is not None and newest > one.moment

    # --- and how --------------------------------------------------------------------------------------------------

    async def replay(
        self, resender: Resender, chunk: int, stopped: Callable[[], bool], told: Callable[[int, int], None]
    ) -> int:
        """Publishes what was chosen; how many. ``told`` gets how many were sent and dealt with. What is in the end
        neither sent nor in ``left`` was not reached before it was stopped.
        """
        self._done = await letters.receipts(self._settings)  # the resender has fenced whoever was at it before us
        sent = dealt = 0
        for partition, group in groupby(sorted(self.chosen, key=lambda one: one.place), key=lambda one: one.place[0]):
            ours = list(group)
            for start in range(0, len(ours), chunk):
                if stopped() or not await resender.turn():
                    return sent
                batch = ours[start : start + chunk]
                sent += await self._send(partition, batch, resender)
                dealt += len(batch)
                told(sent, dealt)
        return sent

    async def _send(self, partition: int, batch: Sequence[Chosen], resender: Resender) -> int:
        due = {one.place: one for one in await self._still(batch)}
        async with diagnosis.told(self._settings):
            records = await fetch(self._dead, partition, [offset for _, offset, _ in due]) if due else []
        found = [letter for letter in map(codec.open_letter, records) if letter and letters.place(letter.record) in due]
        whole = [
            (letter, event) for letter in found if (event := await letters.whole(self._settings, self._raw, letter))
        ]
        events = [letter.revived(self.run, event) for letter, event in whole]
        sent = await resender.send(events, lambda index, raw: letters.receipt(whole[index][0], self.run, raw))
        for place in due.keys() - {letters.place(letter.record) for letter, _ in whole}:
            self.left[GONE, due[place].reason] += 1
        for index in set(range(len(whole))) - set(sent):
            self.left[LARGE, whole[index][0].reason] += 1
        return len(sent)

    async def _still(self, batch: Sequence[Chosen]) -> list[Chosen]:
        """Those that have been neither replayed nor overtaken since the plan was made."""
        if self._history:
            await self._history.look()
        kept = []
        for one in batch:
            if one.place in self._done:
                self.left[REPLAYED, one.reason] += 1
            elif self._overtaken(one):
                self.left[NEWER, one.reason] += 1
            else:
                kept.append(one)
        return kept


def _article(decoded: object) -> str | None:
    match decoded:
        case Article():
            return decoded.id
        case Retracted():
            return decoded.article_id
    return None

"""History of ``articles.raw`` put into it again: the newest version of each article, once, beside live traffic."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from service import codec
from service.runtime.kafka import diagnosis
from service.runtime.kafka.reader import Reader
from service.runtime.replays.resending import Resender
from service.runtime.replays.scan import Scan, Told, fetch, untold
from service.runtime.replays.versions import Versions
from service.settings import Settings


@dataclass(frozen=True, slots=True)
class Progress:
    """``sent``: articles whose newest version was published again by this call; ``passed``: those that a newer version
    made superfluous since, or that are gone from the log; ``total``: all that were wanted when it began.
    """

    sent: int
    passed: int
    total: int


class History:
    """What ``scan`` reads, kept up with: ``versions`` knows the newest one of each article as of the last look."""

    def __init__(self, settings: Settings, scan: Scan, versions: Versions) -> None:
        self._settings, self._scan, self._versions = settings, scan, versions
        self._reader = Reader(settings, settings.topic("raw"))
        self._passed: set[tuple[int, int]] = set()

    async def look(self, told: Told = untold) -> None:
        """Reads on to where the log ends now."""
        async for events in self._scan.batches(told):
            self._versions.note(events)

    async def replay(
        self,
        run: str,
        resender: Resender,
        chunk: int,
        stopped: Callable[[], bool],
        told: Callable[[Progress], None],
    ) -> Progress:
        """Publishes what is wanted, and again what overtook it, until nothing is left or it is stopped."""
        await self.look()  # now that the resender has started, what the run before it sent is to be seen, or never will
        wanted = self._wanted()
        progress = Progress(0, 0, sum(map(len, wanted.values())))
        while wanted and not stopped():
            for partition, offsets in _rounds(wanted, chunk):
                if not await resender.turn():
                    break
                sent = await self._again(partition, offsets, run, resender)
                passed = progress.passed + len(offsets) - sent
                progress = Progress(progress.sent + sent, passed, progress.total)
                told(progress)
            await self.look()
            wanted = self._wanted()
        return progress

    async def stop(self) -> None:
        await self._reader.stop()

    async def _again(self, partition: int, offsets: Sequence[int], run: str, resender: Resender) -> int:
        """How many of them were still the newest version of their article, and so were sent."""
        async with diagnosis.told(self._settings):
            events = await fetch(self._reader, partition, offsets)
        await self.look()
        newest = [event for event in events if self._versions.is_newest(event)]
        sent = [newest[index] for index in await resender.send([codec.repeat(event, run) for event in newest])]
        self._versions.replayed(sent)
        self._passed |= {(partition, offset) for offset in set(offsets) - {event.offset for event in sent}}
        return len(sent)

    def _wanted(self) -> Mapping[int, array[int]]:
        kept = {
            partition: array("q", [offset for offset in offsets if (partition, offset) not in self._passed])
            for partition, offsets in self._versions.wanted().items()
        }
        return {partition: offsets for partition, offsets in kept.items() if offsets}


def _rounds(wanted: Mapping[int, array[int]], chunk: int) -> Iterator[tuple[int, list[int]]]:
    """A chunk of each partition in turn, so that none has to carry all the load at once."""
    for start in count(0, chunk):
        chunks = [(partition, list(offsets[start : start + chunk])) for partition, offsets in wanted.items()]
        if not any(offsets for _, offsets in chunks):
            return
        yield from ((partition, offsets) for partition, offsets in chunks if offsets)

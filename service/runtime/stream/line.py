"""The events of one partition from being read to being published, in log order. Plain values; no Kafka, no clock."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

from service import codec
from service.model import Processed, RawEvent, Rejected, Report
from service.runtime.tagging.jobs import Failure, Outcome

Identify = Callable[[RawEvent], tuple[str, bytes] | None]

EVENT_BYTES, HEADER_BYTES = 500, 150  # what Python's objects take beside the bytes that they hold
REMEMBERED = 10_000  # articles a partition, about 2 MB


@dataclass(slots=True, eq=False)
class Entry:
    """One raw event on its way. ``size`` is in bytes, ``arrived``: seconds of a monotonic clock."""

    event: RawEvent
    size: int
    arrived: float
    article: str | None = None
    result: Processed | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """What one tagging process gets at a time: consecutive events of one partition, or one event tried once more."""

    line: Line
    entries: tuple[Entry, ...]
    attempt: int = 1

    @property
    def events(self) -> list[RawEvent]:
        return [entry.event for entry in self.entries]


class Line:
    """Starts at the group's committed position; ``position`` is the next offset that may be admitted.

    An event below it was settled before; one above it shows a hole that must be read first, never stepped over.
    """

    def __init__(self, position: int, identify: Identify = codec.identify) -> None:
        self.position = position
        self.bytes = 0
        self.waiting_bytes = 0
        self._entries: deque[Entry] = deque()
        self._waiting: deque[Entry] = deque()
        self._again: deque[Entry] = deque()
        self._seen = Seen(REMEMBERED, identify)

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def settled(self) -> int:
        """The offset below which everything has its outcome published."""
        return self._entries[0].event.offset if self._entries else self.position

    # --- in -----------------------------------------------------------------------------------------------------

    def admit(self, event: RawEvent, arrived: float) -> Entry:
        """Takes the event in; an unchanged repetition needs no work, only its turn."""
        if event.offset < self.position:
            raise ValueError(f"offset {event.offset} is below the position {self.position}")
        entry = Entry(event, size_of(event), arrived)
        self.position = event.offset + 1
        self.bytes += entry.size
        self._entries.append(entry)
        if self._seen.repeats(entry):
            report = Report(
                "unchanged", article=entry.article, producer=codec.producer(event.key, {"id": entry.article})
            )
            entry.result = Processed(event.offset, (), report)
        else:
            self._waiting.append(entry)
            self.waiting_bytes += entry.size
        return entry

    def pass_over(self, position: int) -> None:
        """Nothing is stored between the position and this one: markers, aborted or compacted records."""
        self.position = max(self.position, position)

    # --- work ---------------------------------------------------------------------------------------------------

    @property
    def oldest(self) -> float | None:
        """When the first event that waits for work arrived; None where none waits."""
        queue = self._again or self._waiting
        return queue[0].arrived if queue else None

    def take(self, events: int, size: int) -> Job | None:
        """The next job: at most so many events and bytes, but at least one event."""
        if self._again:
            return Job(self, (self._again.popleft(),), attempt=2)
        batch: list[Entry] = []
        while self._waiting and len(batch) < events:
            size -= self._waiting[0].size
            if batch and size < 0:
                break
            batch.append(self._waiting.popleft())
        self.waiting_bytes -= sum(entry.size for entry in batch)
        return Job(self, tuple(batch)) if batch else None

    def put_back(self, job: Job) -> None:
        """The job was never begun."""
        if job.attempt == 1:
            self._waiting.extendleft(reversed(job.entries))
            self.waiting_bytes += sum(entry.size for entry in job.entries)
        else:
            self._again.extendleft(job.entries)

    def settle(self, job: Job, outcome: Outcome) -> None:
        """Results; or a failure: each event is tried once more alone, and what was tried twice is rejected."""
        if not isinstance(outcome, Failure):
            for entry, processed in zip(job.entries, outcome, strict=True):
                self._finish(entry, processed)
        elif job.attempt == 1:
            self._again.extend(job.entries)
        else:
            for entry in job.entries:
                rejected = Rejected(outcome.reason, outcome.detail, article=entry.article)
                self._finish(entry, codec.reject(entry.event, rejected, attempt=job.attempt))

    # --- out ----------------------------------------------------------------------------------------------------

    def finished(self, most: int, size: int) -> list[Entry]:
        """The entries at the head that have a result, in order: what the next transaction may publish."""
        batch: list[Entry] = []
        for entry in islice(self._entries, most):
            if entry.result is None:
                break
            size -= sum(len(message.value or b"") for message in entry.result.messages)
            if batch and size < 0:
                break
            batch.append(entry)
        return batch

    def published(self, entries: Sequence[Entry]) -> None:
        """The transaction with these entries, the head of the line, was committed."""
        for entry in entries:
            if self._entries.popleft() is not entry:
                raise ValueError("published out of order")
            self.bytes -= entry.size

    def _finish(self, entry: Entry, processed: Processed) -> None:
        entry.result = processed
        if processed.report.outcome == "dead":  # published again, it deserves another chance
            self._seen.forget(entry)


class Seen:
    """The payload last seen of each article, for the articles seen last."""

    def __init__(self, articles: int, identify: Identify) -> None:
        self._articles = articles
        self._identify = identify
        self._digests: OrderedDict[str, bytes] = OrderedDict()

    def repeats(self, entry: Entry) -> bool:
        """Whether the event says what the article's last event said; remembers it either way.

        A replay is wanted even if nothing changed, and must not be remembered: a publisher that takes a change back
        would seem to repeat the older version that was replayed.
        """
        if codec.is_replay(entry.event):
            return False
        identity = self._identify(entry.event)
        if identity is None:
            return False
        entry.article, digest = identity
        known = self._digests.pop(entry.article, None)
        self._digests[entry.article] = digest
        if len(self._digests) > self._articles:
            self._digests.popitem(last=False)
        return known == digest

    def forget(self, entry: Entry) -> None:
        if entry.article is not None:
            self._digests.pop(entry.article, None)


def size_of(event: RawEvent) -> int:
    """Bytes that the event holds in memory, about."""
    headers = sum(HEADER_BYTES + len(name) + len(value) for name, value in event.headers)
    return EVENT_BYTES + len(event.value or b"") + len(event.key or b"") + headers

"""Which events go into the next job: small jobs when there is little to do, large ones when there is much."""

from __future__ import annotations

import logging
from collections.abc import Callable

from service.runtime.stream.line import Job, Line
from service.runtime.tagging.jobs import Failure, Outcome
from service.runtime.telemetry import events

logger = logging.getLogger(__name__)

BATCH_BYTES = 256 * 1024  # a job's text beyond its first event: about four seconds of one core


class Dispatcher:
    """Hands out the waiting events of all partitions, the longest waiting first, and takes the outcomes back."""

    def __init__(self, workers: int, batch_events: int) -> None:
        self._slots = 2 * workers
        self._batch_events = batch_events
        self._lines: dict[Line, Callable[[], None]] = {}
        self.settled = 0  # jobs, also those that came to nothing

    def add(self, line: Line, settled: Callable[[], None]) -> None:
        """``settled`` is called after each of its jobs."""
        self._lines[line] = settled

    def remove(self, line: Line) -> None:
        """Its waiting events are forgotten; the outcomes of its jobs that run are ignored."""
        self._lines.pop(line, None)

    def next(self) -> Job | None:
        """A job, sized by bytes so that what waits is spread over all processes and they finish together."""
        waiting = {line: oldest for line in self._lines if (oldest := line.oldest) is not None}
        if not waiting:
            return None
        share = sum(line.waiting_bytes for line in waiting) // self._slots
        first = min(waiting, key=waiting.__getitem__)
        return first.take(self._batch_events, min(share, BATCH_BYTES))

    def put_back(self, job: Job) -> None:
        if job.line in self._lines:
            job.line.put_back(job)

    def settle(self, job: Job, outcome: Outcome) -> None:
        self.settled += 1
        if settled := self._lines.get(job.line):
            if isinstance(outcome, Failure):
                _tell(job, outcome)
            job.line.settle(job, outcome)
            settled()


def _tell(job: Job, failure: Failure) -> None:
    """Which events were in the job that failed; one of them is to blame. Not the detail, which may quote it."""
    first, last = job.events[0], job.events[-1]
    batch = {"last_offset": last.offset, "events": len(job.events)} if first is not last else {}
    fields = {**events.of_event(first), **batch, "attempt": job.attempt}
    logger.warning(f"a tagging job failed: {failure.reason}", extra=fields)

"""Raw event -> enriched record, by a tagging process of the page's own; a bounded number at a time."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from service.model import Processed, RawEvent, Rejected
from service.runtime.tagging.jobs import Failure, Outcome
from service.runtime.tagging.pool import Pool
from service.runtime.web.metrics import TAGGED, WebMetrics
from service.settings import Settings

MOST = 8  # texts that are tagged or wait for it


@dataclass(frozen=True, slots=True)
class Busy:
    """As many texts as may are waiting already."""


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """A job of one event, and who waits for it."""

    events: Sequence[RawEvent]
    outcome: asyncio.Future[Outcome] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Desk:
    """A source of jobs for its one tagging process. An event is tried once: whoever pasted it can try again."""

    def __init__(self, settings: Settings, metrics: WebMetrics, tagger: str) -> None:
        self.metrics = metrics
        self._waiting: deque[Text] = deque()
        self._open: set[Text] = set()
        self.pool: Pool[Text] = Pool(settings.model_copy(update={"workers": 1}), self, metrics.restarted, tagger)

    async def tag(self, event: RawEvent) -> bytes | Rejected | Busy:
        """The record that the service would publish of it, or the reason of its dead letter."""
        if len(self._open) >= MOST:
            self.metrics.refused("busy")
            return Busy()
        began = time.monotonic()
        text = Text((event,))
        self._open.add(text)
        self._waiting.append(text)
        self.pool.kick()
        try:
            answer = _answer(await text.outcome)
        finally:
            self._open.discard(text)
        self.metrics.tagged(answer.reason if isinstance(answer, Rejected) else TAGGED, time.monotonic() - began)
        return answer

    async def stop(self) -> None:
        """Whoever still waits is told."""
        for text in set(self._open):
            self.settle(text, Failure("worker_died", "the page is being stopped"))
        await self.pool.stop()

    # --- what the pool asks -------------------------------------------------------------------------------------

    def next(self) -> Text | None:
        return self._waiting.popleft() if self._waiting else None

    def put_back(self, job: Text) -> None:
        self._waiting.appendleft(job)

    def settle(self, job: Text, outcome: Outcome) -> None:
        if not job.outcome.done():  # nobody waits any more
            job.outcome.set_result(outcome)


def _answer(outcome: Outcome) -> bytes | Rejected:
    if isinstance(outcome, Failure):
        return Rejected(outcome.reason, outcome.detail)
    (processed,) = outcome
    for message in processed.messages:
        if message.stream == "enriched" and message.value is not None:
            return message.value
    return _rejection(processed)


def _rejection(processed: Processed) -> Rejected:
    headers = {name: value for message in processed.messages for name, value in message.headers}
    detail = headers.get("wiretag_detail", b"").decode("utf-8", "replace")
    return Rejected(processed.report.reason or processed.report.outcome, detail)

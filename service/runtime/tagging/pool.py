"""The tagging processes: each gets two jobs ahead, is killed when one article takes too long, and is replaced."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import pickle
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any, Generic

from service.errors import PipelineUnavailable
from service.model import Processed, RawEvent
from service.runtime.tagging.jobs import Failure, J, Source
from service.runtime.tagging.process import HEADER, frame
from service.settings import SECRET_VARIABLES, Settings

logger = logging.getLogger(__name__)

AHEAD = 2  # jobs at a process at a time, so that it never waits for us
START_TIMEOUT = 300.0  # seconds to load a pipeline from a cold disk
READ_AHEAD = 4 * 1024 * 1024  # bytes read ahead from a process
FALSE_STARTS = 3  # processes in a row that died while loading
TICK = 0.25  # seconds between two looks at the clock
FROZEN = 4 * TICK  # a tick that late: the whole service stood still, nobody hangs
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
TAGGER = "service.runtime.tagging.factory:load"


class Pool(Generic[J]):
    """``tagger`` names a factory ``module:name`` that makes a ``process.Processor`` of the settings in each process."""

    def __init__(
        self, settings: Settings, source: Source[J], restarted: Callable[[str], None], tagger: str = TAGGER
    ) -> None:
        self._settings = settings
        self._source = source
        self._restarted = restarted
        self._tagger = tagger
        self._processes: list[Process[J]] = [Process(settings, tagger) for _ in range(settings.workers)]
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = False

    @property
    def ready(self) -> int:
        """Processes that can take jobs."""
        return sum(process.ready.is_set() for process in self._processes)

    @property
    def busy(self) -> bool:
        return any(process.jobs for process in self._processes)

    async def start(self) -> None:
        """Returns when every process has loaded its pipeline. Raises PipelineUnavailable."""
        self._tasks = [asyncio.create_task(self._keep(slot)) for slot in range(len(self._processes))]
        loaded = asyncio.ensure_future(self._all_ready())
        done, _ = await asyncio.wait({loaded, *self._tasks}, timeout=START_TIMEOUT, return_when=asyncio.FIRST_COMPLETED)
        if loaded not in done:
            loaded.cancel()
            for task in done:
                await task
            raise PipelineUnavailable(f"the pipeline was not loaded within {START_TIMEOUT:.0f} s")
        self._tasks.append(asyncio.create_task(self._watch()))

    async def _all_ready(self) -> None:
        """Asks anew each time: a process that dies while loading is replaced."""
        while self.ready < len(self._processes):  # noqa: ASYNC110 - once, at the start
            await asyncio.sleep(TICK / 5)

    async def failed(self) -> None:
        """Waits for ever, unless the processes cannot be kept alive: raises PipelineUnavailable."""
        await asyncio.gather(*self._tasks)

    def kick(self) -> None:
        """There may be work: gives every idle process a job, then every process its next one."""
        for ahead in range(1, AHEAD + 1):
            for process in self._processes:
                if process.ready.is_set() and len(process.jobs) < ahead and not self._stopping:
                    job = self._source.next()
                    if job is None:
                        return
                    process.send(job)

    def stop_giving(self) -> None:
        """What the processes have they finish; nothing more is begun."""
        self._stopping = True

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for process in self._processes:
            process.kill()

    async def _keep(self, slot: int) -> None:
        """Reads from the process of this slot until it dies, then replaces it, for ever."""
        false_starts = 0
        while True:
            process = self._processes[slot]
            await self._read(process)
            process.kill()
            false_starts = 0 if process.ready.is_set() else false_starts + 1
            if process.failure or false_starts == FALSE_STARTS:
                raise PipelineUnavailable(process.failure or f"tagging processes die while loading: {process.end}")
            logger.warning("tagging process %d %s: replacing it", process.pid, process.end)
            self._restarted("hung" if process.hung else "died")
            self._processes[slot] = Process(self._settings, self._tagger)
            self._give_up(process)
            self.kick()

    async def _read(self, process: Process[J]) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            await process.connect()
            while True:
                kind, *rest = await process.receive()
                if kind == "failed":
                    (process.failure,) = rest
                elif kind == "ready":
                    process.ready.set()
                else:
                    self._finish(process, *rest)
                self.kick()

    def _finish(self, process: Process[J], results: list[Processed] | None, detail: str) -> None:
        job = process.finished()
        self._source.settle(job, Failure("tagger_failed", detail) if results is None else results)

    def _give_up(self, process: Process[J]) -> None:
        """Of the jobs that a dead process had, it was at work on the first; the others were not begun."""
        reason = "worker_timeout" if process.hung else "worker_died"
        for number, job in enumerate(process.jobs):
            if number:
                self._source.put_back(job)
            else:
                self._source.settle(job, Failure(reason, f"tagging process {process.end}"))

    async def _watch(self) -> None:
        """Kills what hangs. If we stood still ourselves (SIGSTOP, a sleeping laptop) everybody gets that time back."""
        last = time.monotonic()
        while True:
            await asyncio.sleep(TICK)
            now = time.monotonic()
            late, last = now - last - TICK, now
            for process in self._processes:
                if late > FROZEN:
                    process.since += late
                elif process.jobs and now - process.since > self._settings.article_timeout:
                    process.hung = True
                    process.kill()


class Process(Generic[J]):
    """One tagging process and the jobs it has. Started at once; ``connect`` within the event loop."""

    def __init__(self, settings: Settings, tagger: str) -> None:
        self._socket, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "service.runtime.tagging.process", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                env={**_harmless(os.environ), **ONE_THREAD},
                stdin=subprocess.DEVNULL,
            )
        self._hello = (tagger, settings.without_secrets())
        self.pid = self._process.pid
        self.ready = asyncio.Event()
        self.jobs: list[J] = []
        self.since = 0.0  # when it began with its first job
        self.hung = False
        self.failure = ""

    async def connect(self) -> None:
        self._reader, self._writer = await asyncio.open_connection(sock=self._socket, limit=READ_AHEAD)
        self._writer.write(frame(self._hello))

    async def receive(self) -> Any:
        (size,) = HEADER.unpack(await self._reader.readexactly(HEADER.size))
        return pickle.loads(await self._reader.readexactly(size))

    def send(self, job: J) -> None:
        if not self.jobs:
            self.since = time.monotonic()
        self.jobs.append(job)
        self._writer.write(frame([_fields(event) for event in job.events]))

    def finished(self) -> J:
        """The answer to the first job is here; the next one has begun."""
        self.since = time.monotonic()
        return self.jobs.pop(0)

    def kill(self) -> None:
        """Ends and reaps it; SIGKILL reaches a stopped process too."""
        self._process.kill()
        self._process.wait()
        if hasattr(self, "_writer"):
            self._writer.transport.abort()
        else:
            self._socket.close()

    @property
    def end(self) -> str:
        """How it ended, for people."""
        status = self._process.returncode
        if self.hung:
            return "took too long and was killed"
        return f"was killed by signal {-status}" if status and status < 0 else f"ended with status {status}"


def _harmless(environment: Mapping[str, str]) -> dict[str, str]:
    """Texts are read in these processes: they get no password to give away, nor the token of a tracing collector."""
    return {
        name: value
        for name, value in environment.items()
        if name.upper() not in SECRET_VARIABLES and not name.upper().startswith("OTEL_")
    }


def _fields(event: RawEvent) -> tuple[object, ...]:
    """A tuple pickles in a fifth of the time of a frozen dataclass."""
    return event.topic, event.partition, event.offset, event.timestamp, event.key, event.value, event.headers

"""A tagging process: jobs in, outcomes out, over a socket. Runs as ``python -m service.runtime.tagging.process FD``.

A program of its own rather than a fork or a ``multiprocessing`` child: it imports neither Faust nor the caller's main
module, and its environment (one BLAS thread) is set before numpy is loaded.
"""

from __future__ import annotations

import contextlib
import importlib
import pickle
import signal
import socket
import struct
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from service.errors import WiretagError
from service.model import Processed, RawEvent
from service.runtime.children import die_with_parent
from service.runtime.tagging.warmup import articles
from service.settings import Settings

HEADER = struct.Struct("!I")


class Processor(Protocol):
    """What a factory makes: ``service.pipeline.Tagger`` in production. Tests name factories of their own."""

    def process(self, events: Sequence[RawEvent]) -> list[Processed]: ...


def main(descriptor: int) -> None:
    """Answers jobs in order until the service goes away. Frames are pickles, each after its length."""
    _outlive_nobody()
    with socket.socket(fileno=descriptor) as peer, contextlib.suppress(EOFError, ConnectionError):
        factory, settings = receive(peer)
        tagger = _prepare(peer, _named(factory), settings)
        while tagger:
            results, detail = _answer(tagger, [RawEvent(*event) for event in receive(peer)])
            send(peer, ("done", results, detail))


def _prepare(peer: socket.socket, factory: Callable[[Settings], Processor], settings: Settings) -> Processor | None:
    """A warm tagger: the first articles through a cold one take twice as long."""
    try:
        tagger = factory(settings)
        tagger.process(articles())
    except WiretagError as problem:
        send(peer, ("failed", str(problem)))
        return None
    except Exception as bug:
        send(peer, ("failed", f"the tagger cannot be made: {type(bug).__name__}: {bug}"))
        raise
    send(peer, ("ready", ""))
    return tagger


def _answer(tagger: Processor, events: Sequence[RawEvent]) -> tuple[list[Processed] | None, str]:
    try:
        return tagger.process(events), ""
    except Exception as bug:  # noqa: BLE001 - whatever it is, it must end as a dead letter
        place = traceback.extract_tb(bug.__traceback__)[-1]
        return None, f"{type(bug).__name__}: {bug} ({Path(place.filename).name}:{place.lineno})"


def _named(factory: str) -> Callable[[Settings], Processor]:
    module, _, name = factory.partition(":")
    made: Callable[[Settings], Processor] = getattr(importlib.import_module(module), name)
    return made


def _outlive_nobody() -> None:
    """Signals to the process group are the service's to handle; its death is ours too."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    die_with_parent()


def frame(value: Any) -> bytes:
    """What goes over the socket, either way."""
    body = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    return HEADER.pack(len(body)) + body


def send(peer: socket.socket, value: Any) -> None:
    peer.sendall(frame(value))


def receive(peer: socket.socket) -> Any:
    """The next frame. Raises EOFError when the other side is gone."""
    (size,) = HEADER.unpack(_exactly(peer, HEADER.size))
    return pickle.loads(_exactly(peer, size))


def _exactly(peer: socket.socket, size: int) -> bytearray:
    buffer = bytearray(size)
    view = memoryview(buffer)
    while view:
        received = peer.recv_into(view)
        if not received:
            raise EOFError
        view = view[received:]
    return buffer


if __name__ == "__main__":
    main(int(sys.argv[1]))

"""Dead letters for people and for programs. Everything in a letter is somebody else's text: see ``safe``."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from service import codec
from service.cli import safe
from service.codec import Letter

TEXT = 4_000  # characters of a value that are shown
WIDE = 240  # columns where there is no terminal
COLUMNS = ("id", "given up", "reason", "source", "raw event", "tries", "replayed as", "detail")

Counts = Counter[tuple[str, str]]


def row(letter: Letter, replayed_as: str | None) -> dict[str, Any]:
    """What ``list --json`` says of one letter. Key and texts are as received; JSON escapes what is not ASCII."""
    record, event = letter.record, letter.event
    return {
        "id": f"{record.partition}/{record.offset}",
        "time": letter.time or codec.rfc3339(record.timestamp),
        "reason": letter.reason,
        "detail": letter.detail,
        "source": codec.producer_of(event),
        "raw": event.id,
        "key": None if event.key is None else event.key.decode("utf-8", "backslashreplace"),
        "value_bytes": None if event.value is None else len(event.value),
        "attempts": letter.attempts,
        "replays": letter.replay.count if letter.replay else 0,
        "replayed_as": replayed_as,
    }


def table(rows: Iterable[Mapping[str, Any]]) -> Table:
    """One line a letter, the longest column cut."""
    made = Table(*COLUMNS[:-1], box=None, pad_edge=False, header_style="bold")
    made.add_column(COLUMNS[-1], no_wrap=True, overflow="ellipsis", ratio=1)
    for column in made.columns[:-1]:
        column.no_wrap = True
    for told in rows:
        made.add_row(*(Text(safe.one_line(cell)) for cell in _cells(told)))
    return made


def _cells(told: Mapping[str, Any]) -> Iterable[str]:
    yield from (told["id"], told["time"][:19].replace("T", " "), told["reason"], told["source"])
    yield from (_short(told["raw"]), str(told["attempts"]), _short(told["replayed_as"] or "-"), told["detail"])


def _short(place: str) -> str:
    """Partition and offset; the topic is always the same."""
    return "/".join(place.rsplit("/", 2)[-2:])


def summary(counts: Counts) -> str:
    """One line a reason and source, the most frequent first."""
    width = len(f"{max(counts.values(), default=0):,}")
    return "\n".join(
        f"{number:>{width},}  {safe.one_line(reason)}  {safe.one_line(source)}"
        for (reason, source), number in counts.most_common()
    )


def described(letter: Letter, replayed_as: str | None) -> str:
    """All of a letter: its headers, what it says of its past, and its value as far as that can be shown."""
    told = row(letter, replayed_as)
    head = {
        "letter": letter.id,
        "raw event": told["raw"],
        "source": told["source"],
        "replayed as": replayed_as or "(not replayed)",
        "key": "(none)" if letter.record.key is None else safe.of_bytes(letter.record.key),
    }
    parts = [_pairs(head.items()), "headers:", _pairs((n, safe.of_bytes(v)) for n, v in letter.record.headers)]
    if letter.replay and letter.replay.deaths:
        parts += ["earlier deaths:", *(f"  {safe.one_line(line)}" for line in _deaths(letter))]
    return "\n".join([*parts, _value(letter)])


def _pairs(pairs: Iterable[tuple[str, str]]) -> str:
    return "\n".join(f"  {safe.one_line(name)}: {safe.one_line(value)}" for name, value in pairs)


def _deaths(letter: Letter) -> Iterable[str]:
    for death in letter.replay.deaths if letter.replay else ():
        yield f"{death.time} {death.reason}: {death.raw}, letter {death.letter}, wiretag {death.service}"


def _value(letter: Letter) -> str:
    value = letter.record.value
    if value is None:
        return "value: not in the letter, which would have been too large; see the raw event"
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        return f"value ({len(value):,} bytes, not UTF-8), from before the first wrong byte:\n{safe.dump(value)}"
    cut = f", the first {TEXT:,} characters" if len(text) > TEXT else ""
    return f"value ({len(value):,} bytes{cut}):\n{safe.lines(text[:TEXT])}"


def console() -> Console:
    return Console(width=None if sys.stdout.isatty() else WIDE, highlight=False, soft_wrap=False)

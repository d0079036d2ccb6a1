"""Logs on standard error: lines for people, or one JSON object a line. Every process calls ``configure`` once.

Trap: ``faust.Worker`` would replace the root logger's handlers, set it to DEBUG for its spinner, and send stdout and
stderr into the log; the app runs without it.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TextIO

from service import __version__
from service.codec import rfc3339
from service.settings import Settings

MOST = 5  # times that a library may say the same, or we of single events
WINDOW = 10.0  # seconds
REMEMBERED = 256  # different things that are said
# What every record carries; the rest came with ``extra=`` and is worth a field of its own.
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "data"}
INDISCREET = ("aiokafka.conn", "aiokafka.producer.producer")  # trap: at DEBUG they log passwords and whole texts


def configure(settings: Settings, stream: TextIO | None = None) -> None:
    """Sends all logging, and Python's warnings, to ``stream`` (default: standard error) in the format asked for."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter(settings) if settings.log_format == "json" else TextFormatter())
    handler.addFilter(Repetitions())
    logging.basicConfig(level=settings.log_level, handlers=[handler], force=True)
    logging.captureWarnings(True)
    if settings.log_level == "DEBUG":
        for indiscreet in INDISCREET:
            logging.getLogger(indiscreet).setLevel(logging.INFO)


@dataclass(slots=True)
class _Said:
    since: float
    times: int = 0


class Repetitions(logging.Filter):
    """Lets a library say the same thing ``MOST`` times in ``WINDOW`` seconds; the next time after that comes with how
    many were ``left_out``. aiokafka writes a hundred lines a second while brokers are away. What we say ourselves is
    never left out, except of single events (a line with ``event_id``): a broken scraper sends a thousand a second.
    """

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[tuple[str, str], _Said] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("service.") and not hasattr(record, "event_id"):
            return True
        key = (record.name, str(record.msg))
        said = self._said.get(key)
        if said is None or record.created - said.since >= WINDOW:
            if said and said.times > MOST:
                record.left_out = said.times - MOST
            said = self._begin(key, record.created)
        said.times += 1
        return said.times <= MOST

    def _begin(self, key: tuple[str, str], now: float) -> _Said:
        if len(self._said) >= REMEMBERED:
            self._said.clear()
        self._said[key] = said = _Said(now)
        return said


class JsonFormatter(logging.Formatter):
    """One object a line: ``time`` (UTC), ``level``, ``logger``, ``message``, the service's fields, and what came as
    ``extra=``. A traceback is one string, ``exception``. Whatever JSON cannot hold is written as its ``str``.
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._service = {"service": "wiretag", "version": __version__, "client_id": settings.client_id}

    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, Any] = {
            "time": _utc(record.created),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "pid": record.process,
            **self._service,
            **_extras(record),
        }
        if trouble := _trouble(self, record):
            fields["exception"] = trouble
        # Not orjson: it refuses lone surrogates, and a log line must come out whatever is in it.
        return json.dumps(fields, default=str)


class TextFormatter(logging.Formatter):
    """``2026-11-24T10:00:00.123Z INFO    service.runtime.app: message key=value``, a traceback on the lines below."""

    def format(self, record: logging.LogRecord) -> str:
        head = f"{_utc(record.created)} {record.levelname:<7} {record.name}: {record.getMessage()}"
        extras = "".join(f" {name}={value!r}" for name, value in _extras(record).items())
        trouble = _trouble(self, record)
        return head + extras + (f"\n{trouble}" if trouble else "")


def _extras(record: logging.LogRecord) -> dict[str, Any]:
    """What came with ``extra=``; Faust puts its own under ``data``."""
    data = getattr(record, "data", None)
    extras = {name: value for name, value in vars(record).items() if name not in _STANDARD}
    return {**(data if isinstance(data, Mapping) else {}), **extras}


def _trouble(formatter: logging.Formatter, record: logging.LogRecord) -> str:
    parts = [formatter.formatException(record.exc_info) if record.exc_info else record.exc_text, record.stack_info]
    return "\n".join(part for part in parts if part)


def _utc(created: float) -> str:
    return rfc3339(int(created * 1000))

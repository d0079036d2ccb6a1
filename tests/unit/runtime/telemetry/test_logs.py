"""Every record comes out as one line of JSON, or as lines for people, whatever is in it."""

import io
import json
import logging
import sys
import warnings
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from service import settings
from service.runtime.telemetry import logs


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    """The root logger belongs to pytest; it gets it back as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    logging.captureWarnings(False)
    root.handlers[:] = handlers
    root.setLevel(level)


def configured(**overrides: object) -> io.StringIO:
    stream = io.StringIO()
    logs.configure(settings.load(client_id="here", **overrides), stream)
    return stream


def fields(stream: io.StringIO) -> dict[str, Any]:
    (line,) = stream.getvalue().splitlines()
    found: dict[str, Any] = json.loads(line)
    return found


def test_a_json_line_says_who_when_and_what() -> None:
    stream = configured(log_format="json")
    logging.getLogger("a.b").warning("%d events", 3, extra={"partition": 4})
    found = fields(stream)
    assert datetime.fromisoformat(found.pop("time")).utcoffset() is not None
    assert isinstance(found.pop("pid"), int)
    assert isinstance(found.pop("version"), str)
    assert found == {
        "level": "WARNING",
        "logger": "a.b",
        "message": "3 events",
        "service": "wiretag",
        "client_id": "here",
        "partition": 4,
    }


@pytest.mark.parametrize("log_format", ["json", "text"])
def test_times_are_utc(log_format: str) -> None:
    stream = configured(log_format=log_format)
    record = logging.makeLogRecord({"name": "a", "msg": "x", "levelno": logging.INFO, "created": 1_700_000_000.5})
    logging.getLogger().handle(record)
    assert "2023-11-14T22:13:20.500Z" in stream.getvalue()


def test_an_exception_is_one_field() -> None:
    stream = configured(log_format="json")
    try:
        raise ValueError("broken")
    except ValueError:
        logging.getLogger("a").exception("failed")
    found = fields(stream)
    assert found["message"] == "failed"
    assert found["exception"].startswith("Traceback")
    assert found["exception"].endswith("ValueError: broken")


def said(logger: str, message: str, *seconds: float) -> list[str]:
    """The lines that come out when a logger says the same at these times."""
    stream = configured(log_format="text")
    for second in seconds:
        fields = {"name": logger, "levelno": logging.ERROR, "msg": message, "args": (second,), "created": second}
        logging.getLogger().handle(logging.makeLogRecord(fields))
    return stream.getvalue().splitlines()


def test_a_library_that_repeats_itself_is_cut_short() -> None:
    times = [second / 10 for second in range(50)]
    assert len(said("aiokafka", "no node %s", *times)) == logs.MOST
    assert said("aiokafka", "no node %s", *times, 60.0)[-1].endswith(
        f"aiokafka: no node 60.0 left_out={50 - logs.MOST}"
    )


def test_what_a_library_says_now_and_then_is_never_left_out() -> None:
    times = [logs.WINDOW * number for number in range(20)]
    lines = said("faust.app", "slow %s", *times)
    assert len(lines) == 20
    assert "left_out" not in "".join(lines)


def test_different_things_do_not_silence_each_other() -> None:
    stream = configured(log_format="text")
    for number in range(1000):
        logging.getLogger("aiokafka").warning(f"node {number} is away")
    assert len(stream.getvalue().splitlines()) == 1000


def test_what_we_say_ourselves_is_never_left_out() -> None:
    assert len(said("service.runtime.app", "done %s", *range(50))) == 50


@pytest.mark.parametrize("hostile", ["two\nlines", "\ud800", "\x00", "价格"])
def test_any_text_comes_out_whole_on_one_line(hostile: str) -> None:
    stream = configured(log_format="json")
    logging.getLogger("a").info("%s", hostile)
    assert fields(stream)["message"] == hostile


def test_what_json_cannot_hold_is_written_as_text() -> None:
    stream = configured(log_format="json")
    logging.getLogger("a").info("x", extra={"raw": b"\xff"})
    assert fields(stream)["raw"] == "b'\\xff'"


def test_lines_for_people_show_extras_and_tracebacks() -> None:
    stream = configured(log_format="text")
    try:
        raise ValueError("broken")
    except ValueError:
        logging.getLogger("a.b").exception("failed", extra={"offset": 7})
    first, *rest = stream.getvalue().splitlines()
    assert first.endswith("ERROR   a.b: failed offset=7")
    assert rest[-1] == "ValueError: broken"


@pytest.mark.parametrize("log_format", ["json", "text"])
def test_the_data_that_faust_adds_is_shown(log_format: str) -> None:
    stream = configured(log_format=log_format)
    logging.getLogger("faust.x").warning("slow", extra={"data": {"topic": "articles.raw"}})
    assert "articles.raw" in stream.getvalue()


def test_the_level_is_the_one_asked_for() -> None:
    stream = configured(log_level="WARNING")
    logging.getLogger("a").info("quiet")
    logging.getLogger("a").warning("loud")
    assert logging.getLogger().level == logging.WARNING
    assert len(stream.getvalue().splitlines()) == 1


def test_configuring_again_replaces_and_does_not_double() -> None:
    first = configured()
    second = configured()
    logging.getLogger("a").warning("once")
    assert first.getvalue() == ""
    assert len(second.getvalue().splitlines()) == 1


def test_warnings_of_python_are_logged() -> None:
    stream = configured(log_format="json")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(True)
        warnings.warn("deprecated", stacklevel=1)
    assert fields(stream)["logger"] == "py.warnings"


def test_standard_error_is_kept_when_it_is_redirected_into_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    original, redirected = io.StringIO(), io.StringIO()
    monkeypatch.setattr(sys, "stderr", original)
    logs.configure(settings.load())
    monkeypatch.setattr(sys, "stderr", redirected)
    logging.getLogger("a").warning("heard")
    assert "heard" in original.getvalue()
    assert redirected.getvalue() == ""

"""The example messages, as they stand in ``topics``, and a browser."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from playwright.sync_api import Browser, sync_playwright

from service.model import RawEvent
from topics import schemas

Json = dict[str, Any]


def raw_event(path: Path) -> RawEvent:
    """What a scraper would have sent: the file's bytes as value, or key, headers and value of a ``*.message.json``."""
    if not path.name.endswith(".message.json"):
        return RawEvent("articles.raw", 0, 1, 0, None, path.read_bytes())
    message = json.loads(path.read_text(encoding="utf-8"))
    headers = tuple((name, value.encode()) for name, value in message["headers"].items())
    return RawEvent("articles.raw", 0, 1, 0, message["key"].encode(), json.dumps(message["value"]).encode(), headers)


def spans(node: Any) -> list[Json]:
    """Every stretch of text in a record, wherever it stands."""
    if isinstance(node, list):
        return [span for item in node for span in spans(item)]
    if not isinstance(node, dict):
        return []
    own = [node] if {"field", "start", "end", "text"} <= node.keys() else []
    return own + [span for item in node.values() for span in spans(item)]


@cache
def validator(path: str) -> Draft202012Validator:
    return Draft202012Validator(schemas.generate(path))


@pytest.fixture
def event_of() -> Callable[[Path], RawEvent]:
    return raw_event


@pytest.fixture
def spans_of() -> Callable[[Any], list[Json]]:
    return spans


@pytest.fixture
def problems() -> Callable[[str, Any], list[str]]:
    """``problems("articles.raw/v1.schema.json", value)``: what is wrong with it, one line each."""
    return lambda path, value: [error.message for error in validator(path).iter_errors(value)]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield chromium
        chromium.close()

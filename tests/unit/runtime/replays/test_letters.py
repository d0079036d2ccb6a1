"""Receipts of replayed dead letters, and what is none."""

from __future__ import annotations

import pytest

from service.codec import open_letter, reject
from service.model import RawEvent, Rejected
from service.runtime.replays.letters import _opened, receipt

RAW = RawEvent("articles.raw", 3, 17, 5, b"k", b"{", ())


def stored(value: bytes | None) -> RawEvent:
    return RawEvent("articles.dead.replayed", 0, 0, 0, b"x", value, ())


def test_a_receipt_names_the_letter_and_what_became_of_it() -> None:
    (message,) = reject(RAW, Rejected("not_json", "")).messages
    letter = open_letter(RawEvent("articles.dead", 1, 2, 9, message.key, message.value, message.headers))
    assert letter
    assert _opened(stored(receipt(letter, "run", "articles.raw/3/99").value)) == ((1, 2, 9), "articles.raw/3/99")


@pytest.mark.parametrize("value", [None, b"", b"{", b"[]", b"{}", b'{"partition": [], "offset": 1}'])
def test_what_somebody_else_wrote_is_no_receipt(value: bytes | None) -> None:
    assert _opened(stored(value)) is None

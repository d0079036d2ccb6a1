"""Texts made to be slow: each is one that some stage once took quadratic (or worse) time for."""

from __future__ import annotations

import json
import random
import string
from itertools import pairwise

import pytest

from service.codec import Limits
from service.model import RawEvent
from service.pipeline import Tagger
from service.settings import load

SIZE = 40_000  # characters: a second where it is linear, minutes where it is not
ENGLISH = "The minister said on Tuesday that the economy grew, and spoke to reporters in London about the new rules. "
CHANCE = random.Random(0)


def invented() -> str:
    return "".join(CHANCE.choices(string.ascii_lowercase, k=6)).title()


HOSTILE = {
    "commas": ",",
    "brackets": "[",
    "dollars": "$",
    "one word": "a",
    "at signs": "@",
    "addresses": "a@",
    "numbers in words": "a " * 28 + "x percent ",
    "digits": "1",
    "combining marks": "\u0301\u0316",
    "countries": "China trade deal Japan Canada ",
    "tariffs": "tariff China ",
    "currencies": "5 pesos ",
    "dashes": "on 1" + "-" * 200,
}
LISTS = {
    "organisations": lambda: f"{invented()} Bank, ",
    "people": lambda: f"{invented()} {invented()}, ",
    "one surname": lambda: f"{invented()} Marsh, ",
}
TEXTS = {name: part * (SIZE // len(part)) for name, part in HOSTILE.items()} | {
    name: "".join(make() for _ in range(SIZE // 14)) for name, make in LISTS.items()
}

pytestmark = pytest.mark.nlp


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger(load().pipeline, Limits())


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", TEXTS)
def test_no_text_hangs_the_tagger(tagger: Tagger, name: str) -> None:
    """The timeout is the assertion."""
    value = json.dumps({"id": name, "body": ENGLISH + TEXTS[name], "published_at": "2026-01-05"}).encode()
    (processed,) = tagger.process([RawEvent("articles.raw", 0, 0, 0, None, value)])
    assert processed.report.outcome == "enriched"


@pytest.mark.parametrize(
    "slip", ["in the 2th quarter", "in the 1nd quarter", "9" * 400 + " days ago", "99999 months ago"]
)
def test_slips_in_dates_cost_nothing(tagger: Tagger, slip: str) -> None:
    value = json.dumps({"id": slip[:9], "body": f"{ENGLISH}It fell {slip}.", "published_at": "2026-01-05"}).encode()
    (processed,) = tagger.process([RawEvent("articles.raw", 0, 0, 0, None, value)])
    assert processed.report.outcome == "enriched"


def test_words_are_forgotten_once_they_are_many(monkeypatch: pytest.MonkeyPatch, tagger: Tagger) -> None:
    monkeypatch.setattr("service.nlp.language._MOST_WORDS", 1_000)
    seen = []
    for number in range(6):
        words = " ".join(invented() for _ in range(600))
        value = json.dumps({"id": f"n{number}", "body": f"{ENGLISH}{words}."}).encode()
        tagger.process([RawEvent("articles.raw", 0, number, 0, None, value)])
        seen.append(len(tagger._pipeline._nlp.vocab.strings))
    assert max(seen) - min(seen) < 6_000
    assert any(later < earlier for earlier, later in pairwise(seen))

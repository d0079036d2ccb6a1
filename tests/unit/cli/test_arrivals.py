"""What has come of the samples: copies gathered, differences told."""

from __future__ import annotations

import json

from service.cli.arrivals import GRACE, Arrivals
from service.demo.samples import Sample
from service.runtime.kafka.tailing import Published

ARTICLE = Sample("a", "an article", {"id": "a", "body": "x"}, themes=("trade",))
BROKEN = Sample("b", "a bad one", "{", outcome="dead", reason="not_json")


def _published(key: str, stream: str, status: str = "published", **headers: str) -> Published:
    value = json.dumps({"status": status}).encode()
    return Published(stream, key.encode(), value, tuple((name, text.encode()) for name, text in headers.items()))


def _ripe(*published: Published) -> Arrivals:
    arrivals = Arrivals([ARTICLE, BROKEN])
    for one in published:
        arrivals.take(one, 0.0)
    list(arrivals.ripe(GRACE))
    return arrivals


def test_copies_come_as_one_after_the_grace() -> None:
    arrivals = Arrivals([ARTICLE])
    arrivals.take(_published("a", "enriched"), 10.0)
    assert list(arrivals.ripe(10.0 + GRACE / 2)) == []
    arrivals.take(_published("a", "enriched.trade"), 10.5)
    (arrival,) = arrivals.ripe(10.0 + GRACE)
    assert arrival.streams == {"enriched", "enriched.trade"}
    assert arrivals.complete
    assert arrivals.problems() == []


def test_all_as_expected() -> None:
    dead = _published("b", "dead", wiretag_reason="not_json")
    arrivals = _ripe(_published("a", "enriched"), _published("a", "enriched.trade"), dead)
    assert arrivals.complete
    assert arrivals.problems() == []


def test_every_difference_is_told() -> None:
    arrivals = _ripe(_published("a", "enriched"), _published("b", "dead", wiretag_reason="no_body"))
    assert arrivals.problems() == [
        "a: not on articles.enriched.trade",
        "b: dead because no_body, not_json expected",
    ]
    assert _ripe(_published("a", "dead", wiretag_reason="x")).problems() == [
        "a: dead, enriched expected",
        "b: nothing came of it",
    ]


def test_records_of_others_are_handed_on_and_count_for_nothing() -> None:
    arrivals = _ripe(_published("z", "enriched", status="retracted"))
    assert arrivals.done["z"].outcome == "retracted"
    assert not arrivals.complete

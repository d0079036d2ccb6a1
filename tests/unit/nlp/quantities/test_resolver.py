from __future__ import annotations

from datetime import UTC, datetime

import pytest

from service.model import Article, Segment, Span
from service.nlp.quantities import QuantityResolver

BODY = "Taipei lent NT$30.7 billion (US$1 billion) at 2.5 percent last month.\nMore stories"
ARTICLE = Article(id="a", title="A $1bn loan", body=BODY, published=datetime(2025, 2, 12, 9, tzinfo=UTC))
RESOLVER = QuantityResolver()


def test_spans_of_title_and_body_are_found_in_order() -> None:
    found = [(s.field, s.type, ARTICLE.text(s.field)[s.start : s.end]) for s in RESOLVER.find(ARTICLE)]
    assert found == [
        ("title", "MONEY", "$1bn"),
        ("body", "MONEY", "NT$30.7 billion"),
        ("body", "MONEY", "US$1 billion"),
        ("body", "PERCENT", "2.5 percent"),
    ]


def test_every_span_becomes_a_quantity_with_its_segment() -> None:
    start = BODY.index("last month")
    spans = (*RESOLVER.find(ARTICLE), Span("body", start, start + len("last month"), "DATE"))
    segments = (Segment(0, 0, "story", True, 0, 70), Segment(1, 0, "boilerplate", False, 70, len(BODY)))
    quantities = RESOLVER.resolve(ARTICLE, spans, segments)
    assert [(q.kind, q.value, q.currency, q.iso, q.segment) for q in quantities] == [
        ("money", 1e9, "USD", None, None),
        ("money", 30.7e9, "TWD", None, 0),
        ("money", 1e9, "USD", None, 0),
        ("percent", 2.5, None, None, 0),
        ("date", None, None, "2025-01", 0),
    ]


def test_a_span_that_says_no_number_stays_unresolved() -> None:
    article = Article(id="a", body="It cost a lot of money.")
    [quantity] = RESOLVER.resolve(article, (Span("body", 8, 22, "MONEY"),), ())
    assert (quantity.text, quantity.value, quantity.currency) == ("a lot of money", None, None)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("6.77 per dollar", "PERCENT"),
        ("6.77 per dollar", "MONEY"),
        ("around 760 m", "MONEY"),
        ("241.6 billion", "MONEY"),
        ("240MW", "DATE"),
        ("over 1300", "DATE"),
        ("0115", "DATE"),
    ],
)
def test_a_span_that_cannot_be_of_its_type_is_dropped(said: str, kind: str) -> None:
    assert RESOLVER.resolve(Article(id="a", body=said), (Span("body", 0, len(said), kind),), ()) == ()


@pytest.mark.parametrize(
    ("said", "kind"),
    [("JD537 million", "MONEY"), ("12 MYR", "MONEY"), ("two pct", "PERCENT"), ("1984", "DATE"), ("61", "DATE")],
)
def test_a_span_that_can_be_of_its_type_is_kept(said: str, kind: str) -> None:
    assert len(RESOLVER.resolve(Article(id="a", body=said), (Span("body", 0, len(said), kind),), ())) == 1

from __future__ import annotations

import pytest

from service.nlp.linking.identifiers import Identifiers

IDENTIFIERS = Identifiers()


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("United States", "GPE", {"iso": "US"}),
        ("Britain", "GPE", {"iso": "GB"}),
        ("Hong Kong", "GPE", {"iso": "HK"}),
        ("Türkiye", "GPE", {"iso": "TR"}),
        ("Nvidia Corp.", "ORG", {"ticker": "NASDAQ:NVDA"}),
        ("Toyota", "ORG", {"ticker": "TYO:7203"}),
    ],
)
def test_what_a_packaged_source_knows_without_doubt(name: str, kind: str, expected: dict[str, str]) -> None:
    assert IDENTIFIERS.of(name, kind) == expected


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Georgia", "GPE"),
        ("SoftBank", "ORG"),
        ("Kosovo", "GPE"),
        ("Nvidia", "PRODUCT"),
        ("Paris", "GPE"),
        ("Target", "ORG"),
        ("European Union", "ORG"),
    ],
)
def test_what_is_in_doubt_gets_none(name: str, kind: str) -> None:
    assert IDENTIFIERS.of(name, kind) == {}

from __future__ import annotations

import pytest

from service.codec.identity import article_id, normalise


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://harbour.example/a/B?x=1", "https://harbour.example/a/B?x=1"),
        ("HTTPS://Harbour.Example/a/B", "https://harbour.example/a/B"),
        ("https://harbour.example:443/a", "https://harbour.example/a"),
        ("http://harbour.example:80/a", "http://harbour.example/a"),
        ("http://harbour.example:443/a", "http://harbour.example:443/a"),
        ("https://harbour.example:8443/a", "https://harbour.example:8443/a"),
        ("https://harbour.example/a#comments", "https://harbour.example/a"),
        ("https://harbour.example/a?utm_source=x&b=2&UTM_Medium=y&a=1", "https://harbour.example/a?a=1&b=2"),
        ("https://harbour.example/a?utm_source=x", "https://harbour.example/a"),
        ("https://harbour.example/a?q=b%26c&q=a", "https://harbour.example/a?q=a&q=b%26c"),
        ("https://User:Pw@Harbour.Example/a", "https://User:Pw@harbour.example/a"),
        ("  https://harbour.example/a\n", "https://harbour.example/a"),
        ("https://harbour.example", "https://harbour.example"),
        ("https://[2001:DB8::1]:443/a", "https://[2001:db8::1]/a"),
        ("http://[broken/a", "http://[broken/a"),
        ("no url at all", "no url at all"),
    ],
)
def test_urls_are_normalised(url: str, expected: str) -> None:
    assert normalise(url) == expected


def test_the_id_is_kept_as_it_is() -> None:
    assert article_id(" a B\u0000 ", "https://harbour.example/a") == " a B\u0000 "


def test_without_id_the_normalised_url_is_hashed() -> None:
    expected = "url:a9661087b0cb6729af2b5d2802f2e202"
    assert article_id(None, "HTTPS://harbour.example:443/a?utm_source=x#c") == expected
    assert article_id(" ", "https://harbour.example/a") == expected


@pytest.mark.parametrize(("identifier", "url"), [(None, None), ("", None), (" \n", "\t"), (None, "")])
def test_blank_is_absent(identifier: str | None, url: str | None) -> None:
    assert article_id(identifier, url) is None

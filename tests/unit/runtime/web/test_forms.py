"""What was pasted becomes the event that a scraper would have sent."""

from __future__ import annotations

import pytest

from service import codec
from service.codec.identity import article_id
from service.model import Article, Rejected
from service.runtime.web.forms import Form

LIMITS = codec.Limits()


def decoded(**fields: str) -> object:
    return codec.decode(Form.read(fields).event(), LIMITS)


def test_all_fields_arrive_and_line_breaks_as_they_were_pasted() -> None:
    article = decoded(title="A\x00", body="one\r\ntwo\u202e", published_at="2026-03-10", url="https://a.example/x")
    assert isinstance(article, Article)
    assert (article.title, article.body, article.published_at) == ("A\x00", "one\ntwo\u202e", "2026-03-10")
    assert article.id == article_id(None, "https://a.example/x")


def test_without_an_address_the_id_says_what_was_pasted() -> None:
    one, again, other = (Form(body=body).event() for body in ("x", "x", "y"))
    assert one.value == again.value != other.value
    article = codec.decode(one, LIMITS)
    assert isinstance(article, Article)
    assert article.id.startswith("pasted:")


@pytest.mark.parametrize(("fields", "reason"), [({}, "empty_body"), ({"body": " \n"}, "empty_body")])
def test_an_empty_form_is_refused_in_the_words_of_dead_letters(fields: dict[str, str], reason: str) -> None:
    refused = decoded(**fields)
    assert isinstance(refused, Rejected)
    assert refused.reason == reason


def test_a_file_is_no_text() -> None:
    with pytest.raises(ValueError, match="holds a file"):
        Form.read({"body": object()})


def test_an_article_fills_the_form() -> None:
    assert Form.of({"id": "1", "body": "b", "title": None, "source": {}}) == Form(body="b")


def test_half_of_a_surrogate_pair_is_no_text() -> None:
    with pytest.raises(ValueError, match="surrogates"):
        Form.read({"body": b"+2AA-".decode("utf-7")})

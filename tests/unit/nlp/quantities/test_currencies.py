from __future__ import annotations

import pytest

from service.nlp.quantities.currencies import choose, hundredth, nouns, signs


def test_names_of_cldr_are_known_and_those_of_the_past_are_not() -> None:
    assert nouns()["hong kong dollars"] == ("HKD",)
    assert "DEM" not in signs()
    assert "ALL" not in signs(), "a word in capitals"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Prices rose.", "INR"),
        ("Prices rose in Sri Lanka.", "LKR"),
        ("Prices rose in Sri Lanka and India.", "INR"),
    ],
)
def test_the_countries_of_the_article_decide_on_the_rupee(text: str, code: str) -> None:
    assert choose(signs()["Rs"], text) == code


def test_hundredths() -> None:
    assert hundredth("Australian cents")
    assert not hundredth("euros")

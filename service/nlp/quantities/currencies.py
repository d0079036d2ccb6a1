"""Which currency a sign, a code or a noun means. Codes and full names are CLDR's (babel); the rest is data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache, lru_cache
from typing import Any

from babel import Locale
from babel.numbers import get_currency_name, get_territory_currencies

from service.nlp.quantities.numerals import data

#: ISO 4217 codes, the likeliest first
Codes = tuple[str, ...]

_IN_USE = date(2025, 1, 1)  # fixed: the clock decides nothing


@cache
def signs() -> Mapping[str, Codes]:
    """What stands before a figure: signs, abbreviations and ISO codes."""
    table = data("currencies")
    not_codes = set(table["not_codes"]["words"])
    codes = {code: (code,) for code in _current() if code not in not_codes}
    return codes | {sign: _codes(value) for sign, value in table["signs"].items()}


@cache
def large_only() -> Mapping[str, Codes]:
    """Letters that are signs only before large figures."""
    return {sign: _codes(value) for sign, value in data("currencies")["large_only"].items()}


@cache
def nouns() -> Mapping[str, Codes]:
    """What stands after a figure, in lower case, singular and plural: ``yen``, ``euros``, ``new taiwan dollars``."""
    table = data("currencies")
    named = {name: (code,) for code in _current() for name in _names(code)}
    short = {noun: _codes(value) for noun, value in (table["nouns"] | table["adjectives"] | table["cents"]).items()}
    return named | dict(_both_numbers(short))


def hundredth(noun: str) -> bool:
    """Whether a noun of ``nouns`` means a hundredth: ``US cents``, ``pence``."""
    return key(noun).rpartition(" ")[2] in _hundredths()


def choose(codes: Codes, text: str) -> str:
    """The likeliest of several currencies: the first, unless the text names only the home of another."""
    if len(codes) == 1:
        return codes[0]
    at_home = _at_home(text)
    return next((code for code in codes if code in at_home), codes[0])


@lru_cache(maxsize=8)
def _at_home(text: str) -> frozenset[str]:
    """The currencies whose homes a text names: looked for once a text, not once an amount."""
    homes = data("currencies")["homes"]
    return frozenset(code for code, names in homes.items() if any(name in text for name in names))


def key(noun: str) -> str:
    """How a noun is looked up in ``nouns``."""
    return re.sub(r"\s+", " ", noun).strip().lower()


@cache
def _current() -> tuple[str, ...]:
    """ISO 4217 codes that are some territory's tender, by CLDR; it also lists the historical ones."""
    territories = [name for name in map(str, Locale.parse("en").territories) if len(name) == 2]
    return tuple(
        sorted({c for t in territories for c in get_territory_currencies(t, start_date=_IN_USE, end_date=_IN_USE)})
    )


def _names(code: str) -> Iterable[str]:
    for count in (1, 2):
        yield get_currency_name(code, count=count, locale="en").lower()


def _both_numbers(table: Mapping[str, Codes]) -> Iterable[tuple[str, Codes]]:
    for noun, codes in table.items():
        yield noun.lower(), codes
        yield ("pennies" if noun == "penny" else noun.lower() + "s"), codes


def _codes(value: Any) -> Codes:
    return (value,) if isinstance(value, str) else tuple(value)


@cache
def _hundredths() -> frozenset[str]:
    return frozenset(name for name, _ in _both_numbers(dict.fromkeys(data("currencies")["cents"], ())))

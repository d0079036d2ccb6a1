"""Identifiers from packaged sources, given only where the name leaves no choice.

Countries: the names of CLDR (babel) and the aliases of ``names.toml`` -> ISO 3166-1 alpha-2. Companies: the full name
as ``tickers.json`` has it (made by ``training/tickers.py`` from pytickersymbols) -> ``EXCHANGE:SYMBOL`` of the home
listing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files

from babel import Locale

from service.nlp.linking.names import Tokens, aliases, tokens, word_set
from service.nlp.linking.organisations import core


class Identifiers:
    """Reads its tables once."""

    def __init__(self) -> None:
        unsure = {tokens(name) for name in word_set("identifiers", "ambiguous")}
        self._countries = {name: code for name, code in _countries().items() if name not in unsure}
        self._tickers = {name: ticker for name, ticker in _tickers().items() if name not in unsure}

    def of(self, name: str, kind: str) -> Mapping[str, str]:
        """The identifiers of an entity by its full name and type; empty where nothing is certain."""
        if kind == "GPE" and (country := self._countries.get(tokens(name))):
            return {"iso": country}
        if kind == "ORG" and (ticker := self._tickers.get(core(tokens(name)))):
            return {"ticker": ticker}
        return {}


def _countries() -> Mapping[Tokens, str]:
    names = {str(code): str(name) for code, name in Locale.parse("en").territories.items()}
    iso = {code: name for code, name in names.items() if len(code) == 2 and code.isalpha()}
    codes = {tokens(name): code for code, name in iso.items() if code not in word_set("identifiers", "not_iso")}
    places = aliases("places")
    by_line = {places[name]: code for name, code in codes.items() if name in places}
    return codes | {name: by_line[line] for name, line in places.items() if line in by_line}


def _tickers() -> Mapping[Tokens, str]:
    """Two companies of one name cancel each other out."""
    table = json.loads(files("service.nlp").joinpath("data/linking/tickers.json").read_text(encoding="utf-8"))
    found: dict[Tokens, set[str]] = {}
    for name, ticker in table["tickers"].items():
        found.setdefault(core(tokens(name)), set()).add(ticker)
    return {name: next(iter(tickers)) for name, tickers in found.items() if len(tickers) == 1}

"""Words of places and companies from packaged lists, as a few more dimensions of the word vectors."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from zoneinfo import available_timezones

import pycountry
from pytickersymbols import PyTickerSymbols

_WORD = re.compile(r"[^\W\d_][\w’'-]+")
_SPECIAL = str.maketrans("ĐđŁłØøßı", "DdLlOosi")


def lists() -> list[set[str]]:
    """The capitalised words of: countries, their subdivisions, cities that name a time zone, listed companies."""
    zones = (zone.rpartition("/")[2].replace("_", " ") for zone in available_timezones() if "/" in zone)
    names: list[Iterable[str]] = [
        (country.name for country in pycountry.countries),
        (subdivision.name for subdivision in pycountry.subdivisions),
        zones,
        (stock["name"] for stock in PyTickerSymbols().get_all_stocks()),
    ]
    return [_words(some) for some in names]


def _words(names: Iterable[str]) -> set[str]:
    spelt = {word for name in names for form in (name, _plain(name)) for word in _WORD.findall(form)}
    return {word for word in spelt if word[0].isupper()}


def _plain(name: str) -> str:
    """Without diacritics, as newspapers print it."""
    letters = unicodedata.normalize("NFKD", name.translate(_SPECIAL))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))

"""Country names, adjectives, capitals, offices and leaders -> one country."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

_FILE = Path(__file__).parents[1] / "data" / "events" / "countries.toml"
_TRADING_TYPES = frozenset({"GPE", "NORP", "ORG", "LOC"})
#: “the U.S. Department of Commerce”, “China's Ministry of Commerce” act for their country
_OFFICE = re.compile(
    r"(?:[Tt]he )?([A-Z][\w.]*(?: [A-Z]\w*)?)(?:['’]s)? (?:\w+ ){0,3}?"
    r"(?:Departments?|Ministry|Government|Administration|Commission|Treasury|Bureau|Customs|Congress|Senate)\b.*"
)


class Countries:
    """Says for which country a name stands. Words live in ``data/events/countries.toml``."""

    def __init__(self, path: Path = _FILE) -> None:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
        self._names = {_key(form): name for name, forms in tables["names"].items() for form in (name, *forms)}
        self._own = {name: {_key(name), _key(next(iter(forms), name))} for name, forms in tables["names"].items()}
        self._leaders = {_key(form): name for name, forms in tables["leaders"].items() for form in forms}

    def of(self, text: str, kind: str) -> str | None:
        """The country a mention of entity type ``kind`` stands for, or None."""
        if kind == "PERSON":
            return self._leaders.get(_key(text))
        if kind not in _TRADING_TYPES:
            return None
        return self._names.get(_key(text)) or (
            self._names.get(_key(of[1])) if (of := _OFFICE.fullmatch(text)) else None
        )

    def names(self, country: str, text: str) -> bool:
        """Whether ``text`` is the country's own name or its short form, not a capital or an office."""
        return _key(text) in self._own[country]


def _key(text: str) -> str:
    bare = text.replace("’", "'").strip()
    bare = bare.removesuffix("'s").removesuffix("'")
    bare = bare[4:] if bare[:4].lower() == "the " else bare
    return bare if bare.isupper() and len(bare) < 5 and "." not in bare else bare.lower()

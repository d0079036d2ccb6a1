"""What was pasted -> a raw event, as a scraper would publish it."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import orjson

from service.model import RawEvent

TOPIC = "page"  # where the event would have come from: no topic, it is published nowhere


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of the form; empty where nothing was said."""

    title: str = ""
    body: str = ""
    published_at: str = ""
    url: str = ""

    @classmethod
    def read(cls, fields: Mapping[str, Any]) -> Form:
        """Raises ValueError where a field is no text. Browsers send line breaks as CR LF: a text has the line feed that
        was pasted.
        """
        told = {name: fields.get(name, "") for name in cls.__slots__}
        if not all(isinstance(value, str) for value in told.values()):
            raise ValueError("a field holds a file")
        for value in told.values():
            value.encode()  # a charset of the client's choice (UTF-7) can bring lone surrogates: UnicodeEncodeError
        return cls(**{name: value.replace("\r\n", "\n") for name, value in told.items()})

    @classmethod
    def of(cls, article: Mapping[str, Any]) -> Form:
        """A raw article in the form."""
        return cls(**{name: article[name] for name in cls.__slots__ if article.get(name)})

    def event(self) -> RawEvent:
        """Its id is the address's, as everywhere, or else a hash of what was pasted."""
        article = {name: value for name, value in asdict(self).items() if value.strip() or name == "body"}
        if "url" not in article:
            article["id"] = f"pasted:{hashlib.sha256(orjson.dumps(article)).hexdigest()[:16]}"
        return RawEvent(TOPIC, 0, 0, int(time.time() * 1000), None, orjson.dumps(article))

"""What an article is called, where there is room for a line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Json = Mapping[str, Any]
LONGEST = 300  # characters


def title(record: Json) -> str:
    """The article's title, or else how its text begins; a title may have ten thousand characters."""
    article = record["article"]
    return shorten(article.get("title") or "", LONGEST) or shorten(article.get("body") or "", 70) or str(article["id"])


def shorten(text: str, length: int) -> str:
    """In one line of at most so many characters."""
    plain = " ".join(text[: 20 * length].split())  # enough, whatever white space there is: a body may have megabytes
    return plain if len(plain) <= length else plain[: length - 1].rstrip() + "…"

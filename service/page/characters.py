"""Text of strangers in a page: what would be invisible, or would turn the text around it, and what may be a link."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from markupsafe import Markup, escape

# C0 controls have pictures of their own; tab and line feed keep their meaning, HTML turns a lone CR into a line feed.
_PICTURES = {code: 0x2400 + code for code in range(0x20) if code not in (0x09, 0x0A, 0x0D)}
_CONTROLS = {**_PICTURES, 0x7F: 0x2421, **dict.fromkeys(range(0x80, 0xA0), 0xFFFD), 0x85: 0x0A}
_HAS_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_CONTROLS.update(dict.fromkeys(range(0xD800, 0xE000), 0xFFFD))
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LINES = re.compile(r"\n\s*|\r\n?\s*|[\u2028\u2029]\s*")


def visible(value: object) -> object:
    """Control characters as their pictures; one character stays one. For every value that a template shows."""
    if isinstance(value, str) and _HAS_CONTROL.search(value):
        shown = value.translate(_CONTROLS)
        return Markup(shown) if isinstance(value, Markup) else shown
    return value


def prose(text: str) -> Markup:
    """A stretch of running text: line breaks become gaps, and what it says about direction ends with it."""
    safe = escape(visible(text))
    lines = Markup(_LINES.sub(lambda found: f'<span class="gap">{found[0]}</span>', str(safe)))
    return Markup("<bdi>{}</bdi>").format(lines) if _BIDI.search(text) else lines


def link(url: object) -> str | None:
    """``url`` if it may be followed: http or https, to a host. Never ``javascript:``, ``data:`` or the like."""
    if not isinstance(url, str) or len(url) > 2_000 or re.search(r"[\s\x00-\x1f\\]", url):
        return None
    try:
        parts = urlsplit(url)
        return url if parts.scheme in ("http", "https") and parts.hostname else None
    except ValueError:
        return None

"""The id of an article: the payload's own, or else a hash of the normalised URL."""

from __future__ import annotations

import hashlib
from urllib.parse import SplitResult, urlsplit

DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def article_id(identifier: str | None, url: str | None) -> str | None:
    """``identifier`` exactly as received unless it is blank; None where there is nothing to tell the article by."""
    if identifier and not identifier.isspace():
        return identifier
    if url and not url.isspace():
        return "url:" + hashlib.sha256(normalise(url).encode()).hexdigest()[:32]
    return None


def normalise(url: str) -> str:
    """Scheme and host in lower case; no default port, fragment or ``utm_*``; the query's parts sorted.

    What cannot be taken apart stays as it is.
    """
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return url.strip()
    query = sorted(part for part in parts.query.split("&") if part and not part.lower().startswith("utm_"))
    return SplitResult(parts.scheme, _host(parts), parts.path, "&".join(query), "").geturl()


def _host(parts: SplitResult) -> str:
    user, at, host = parts.netloc.rpartition("@")
    return user + at + host.lower().removesuffix(DEFAULT_PORTS.get(parts.scheme, ":"))

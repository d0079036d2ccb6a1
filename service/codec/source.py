"""Who published a raw event: the domain, as far as anything in it tells."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from service.codec.incoming import content
from service.model import RawEvent, Rejected

LONGEST = 253  # characters of a domain
_DOMAIN = re.compile(r"([a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+)(?![a-z0-9.-])", re.IGNORECASE)


def source(event: RawEvent) -> str:
    """In lower case: ``source.domain``, the host of ``url``, what ``id`` begins with, or the key; "" if none tells."""
    payload = content(event, event.value or b"")
    told = _told(payload) if isinstance(payload, dict) and not isinstance(payload, Rejected) else []
    key = (event.key or b"")[:LONGEST].decode("utf-8", "replace")
    return next((domain for domain in map(_domain, [*told, key]) if domain), "")


def _told(payload: dict[str, Any]) -> list[str]:
    publication = payload.get("source")
    domain = publication.get("domain") if isinstance(publication, dict) else None
    return [told for told in (domain, _host(payload.get("url")), payload.get("id")) if isinstance(told, str)]


def _host(url: Any) -> str | None:
    try:
        return urlsplit(url.strip()).hostname if isinstance(url, str) else None
    except ValueError:
        return None


def _domain(told: str) -> str:
    found = _DOMAIN.match(told[: LONGEST + 1].strip())
    return found[1].lower() if found else ""

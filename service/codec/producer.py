"""Who sent a raw event, as far as it tells: the host that its key begins with, or else what its payload names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

UNKNOWN = "unknown"
LONGEST = 100  # characters looked at, so that a label stays short whatever it is made of
_HOST = re.compile(r"(?:[a-z][a-z0-9+.-]*://)?(?:www\.)?((?:[a-z0-9-]{1,63}\.)+[a-z][a-z0-9-]+)(?:[:/?#|_ ]|$)")


def producer(key: bytes | None, payload: Any = None) -> str:
    """A host name in lower case without ``www.``, or ``unknown``. Never raises, whatever key and payload hold.

    The key comes first because it can be read whatever the value is: a scraper has one name for what it sends well and
    what it sends badly. Then the payload's ``id``, ``source.domain`` and ``url``.
    """
    for text in _claims(key, payload):
        if found := _HOST.match(text[:LONGEST].lower()):
            return found[1]
    return UNKNOWN


def _claims(key: bytes | None, payload: Any) -> Iterator[str]:
    yield (key or b"")[:LONGEST].decode("ascii", "replace")
    if isinstance(payload, Mapping):
        source = payload.get("source")
        domain = source.get("domain") if isinstance(source, Mapping) else None
        yield from (text for text in (payload.get("id"), domain, payload.get("url")) if isinstance(text, str))

"""Bytes -> Article or a rejection; an outcome -> the messages to publish. The only package that sees the wire records.

incoming   bytes -> a checked document, and what it says
payload    bytes -> JSON, or why not
identity   the id of an article
dates      the text of a date -> what it means
outgoing   an outcome -> messages
record     an enrichment -> the wire record
letters    dead letters
duplicates what duplicates are found by, and what is decided of them
limits     how large things may be
"""

from service.codec.incoming import decode, identify
from service.codec.letters import reject
from service.codec.limits import Limits
from service.codec.outgoing import Versions, encode

__all__ = ["Limits", "Versions", "decode", "encode", "identify", "reject"]

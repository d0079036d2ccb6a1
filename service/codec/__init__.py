"""Bytes -> Article or a rejection; an outcome -> the messages to publish. The only package that sees the wire records.

incoming   bytes -> a checked document, and what it says
payload    bytes -> JSON, or why not
identity   the id of an article
producer   who sent a raw event
dates      the text of a date -> what it means
outgoing   an outcome -> messages
record     an enrichment -> the wire record
letters    dead letters
limits     how large things may be
"""

from service.codec.incoming import decode, identify
from service.codec.letters import reject
from service.codec.limits import Limits
from service.codec.outgoing import Versions, encode
from service.codec.producer import producer

__all__ = ["Limits", "Versions", "decode", "encode", "identify", "producer", "reject"]

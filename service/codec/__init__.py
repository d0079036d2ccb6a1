"""Bytes -> Article or a rejection; an outcome -> the messages to publish. The only package that sees the wire records.

incoming   bytes -> a checked document, and what it says
payload    bytes -> JSON, or why not
identity   the id of an article
producer   who sent a raw event
dates      the text of a date -> what it means, and back
outgoing   an outcome -> messages
record     an enrichment -> the wire record
letters    dead letters: written, and read again
replays    raw events that were published again
duplicates what duplicates are found by, and what is decided of them
limits     how large things may be
"""

from service.codec.dates import rfc3339
from service.codec.incoming import UNREADABLE, decode, identify, producer_of
from service.codec.letters import Letter, open_letter, reject
from service.codec.limits import Limits
from service.codec.outgoing import Versions, encode
from service.codec.producer import producer
from service.codec.replays import is_replay, moment, repeat, replay_of

__all__ = [
    "UNREADABLE",
    "Letter",
    "Limits",
    "Versions",
    "decode",
    "encode",
    "identify",
    "is_replay",
    "moment",
    "open_letter",
    "producer",
    "producer_of",
    "reject",
    "repeat",
    "replay_of",
    "rfc3339",
]

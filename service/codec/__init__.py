"""Bytes -> Article or a rejection; an outcome -> the messages to publish. The only package that sees the wire records.

incoming   bytes -> a checked document, and what it says
payload    bytes -> JSON, or why not
identity   the id of an article
dates      the text of a date -> what it means
outgoing   an outcome -> messages
record     an enrichment -> the wire record
letters    dead letters: written, and read again
replays    raw events that were published again
source     whose they are
limits     how large things may be
"""

from service.codec.incoming import decode, identify
from service.codec.letters import Letter, open_letter, reject
from service.codec.limits import Limits
from service.codec.outgoing import Versions, encode
from service.codec.replays import is_replay, moment, repeat, replay_of
from service.codec.source import source

__all__ = [
    "Letter",
    "Limits",
    "Versions",
    "decode",
    "encode",
    "identify",
    "is_replay",
    "moment",
    "open_letter",
    "reject",
    "repeat",
    "replay_of",
    "source",
]

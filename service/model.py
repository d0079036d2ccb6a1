"""The frozen values that travel through the pipeline, left to right.

Every offset counts Unicode code points into the field it names, exactly as that field was received:
``field_text[start:end] == text``. Nothing here knows Kafka, spaCy or JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

FieldName = Literal["title", "body"]
SegmentKind = Literal["story", "teaser", "caption", "boilerplate"]
QuantityKind = Literal["money", "percent", "date"]
Scope = Literal["main", "beside"]

ENTITY_TYPES = ("PERSON", "ORG", "GPE", "LOC", "NORP", "FAC", "PRODUCT", "EVENT", "WORK_OF_ART", "LAW")
QUANTITY_TYPES: Mapping[str, QuantityKind] = {"MONEY": "money", "PERCENT": "percent", "DATE": "date"}
EVENT_TYPES = ("partnership", "tariff", "trade_deal", "trade_dispute", "export_control")


# --- in -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RawEvent:
    """One record of ``articles.raw``, as Kafka handed it over. ``timestamp`` is milliseconds since the epoch."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()

    @property
    def id(self) -> str:
        """What identifies the event, and its one outcome: ``ce_id`` of every output."""
        return f"{self.topic}/{self.partition}/{self.offset}"


@dataclass(frozen=True, slots=True)
class Article:
    """A decoded raw event. ``published_at`` is the text received; ``published`` what it means, or None.

    ``passthrough`` holds the optional fields that are only copied to the output (url, source, author, section,
    scraped_at, language as claimed by the scraper, metadata), in wire form.
    """

    id: str
    body: str
    title: str | None = None
    published_at: str | None = None
    published: datetime | None = None
    passthrough: Mapping[str, Any] = field(default_factory=dict)
    flags: tuple[str, ...] = ()

    def text(self, name: FieldName) -> str:
        """The field that an offset points into; an absent title is empty."""
        return self.body if name == "body" else self.title or ""


# --- between --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Span:
    """A typed stretch of one field."""

    field: FieldName
    start: int
    end: int
    type: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the body. Segments are in order, do not overlap, and cover every non-space character.

    ``story`` numbers the stories from 0 (a photo credit within story 0 has ``story`` 0); ``main`` is true for the
    text of the page's own story alone (kind ``story`` and the first story), never for clutter within it.
    """

    id: int
    story: int
    kind: SegmentKind
    main: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """``segment`` is None in the title. ``main``: belongs to the main story (the title does)."""

    field: FieldName
    start: int
    end: int
    segment: int | None
    main: bool


@dataclass(frozen=True, slots=True)
class Language:
    """``code`` is ISO 639-1, or ``und`` where the text gives no hold; ``confidence`` is 0 to 1."""

    code: str
    confidence: float


# --- out ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in the text. ``segment`` is None in the title."""

    field: FieldName
    start: int
    end: int
    text: str
    type: str
    segment: int | None


@dataclass(frozen=True, slots=True)
class Entity:
    """One person, organisation, place, ... and all its mentions; ``salience`` is 0 to 1, the list is sorted by it.

    ``identifiers`` come only from a packaged source (``iso``: ISO 3166-1 alpha-2; ``ticker``: ``EXCHANGE:SYMBOL``).
    """

    id: str
    name: str
    type: str
    salience: float
    mentions: tuple[Mention, ...]
    identifiers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Quantity:
    """``value``: amount in units of ``currency`` (ISO 4217), or percent; ``iso``: what a date means (``2025-02-04``,
    ``2025-W07``, ``2025-02``, ``2026-Q1``, ``2025``, ``P90D``); None where unresolved.
    """

    kind: QuantityKind
    field: FieldName
    start: int
    end: int
    text: str
    segment: int | None
    value: float | None = None
    currency: str | None = None
    iso: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """The stretch of text that a decision rests on, and the name of the rule or component that decided."""

    field: FieldName
    start: int
    end: int
    text: str
    rule: str


@dataclass(frozen=True, slots=True)
class Party:
    """Who plays a role in an event: ``entity`` is an id from ``Enrichment.entities``, None where there is none."""

    name: str
    entity: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """``status``: ``proposed`` (threats too), ``under_talks``, ``announced``, ``in_force``, ``paused`` or ``ended``.
    ``roles``: ``partners`` (partnership, trade_deal), ``parties`` (trade_dispute), ``imposer``, ``target``,
    ``products``. ``rate`` as written (``25%``), ``amount`` as written, ``effective`` an ISO date or None.
    """

    id: str
    type: str
    status: str
    negated: bool
    roles: Mapping[str, tuple[Party, ...]]
    evidence: Evidence
    confidence: float
    segment: int | None
    main: bool
    rate: str | None = None
    amount: str | None = None
    effective: str | None = None


@dataclass(frozen=True, slots=True)
class Theme:
    """``scope`` is ``main`` if the main story supports the theme, else ``beside``; ``publish``: main scope and the
    score reaches the theme's threshold, so the record goes to the theme's own topic.
    """

    id: str
    score: float
    scope: Scope
    publish: bool
    iptc: tuple[str, ...]
    gdelt: tuple[str, ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Enrichment:
    """Everything the tagger says of one article. In a language that the pipeline does not speak only ``language``,
    ``segments`` and ``fingerprint`` are filled. ``timings``: seconds by stage.
    """

    language: Language
    segments: tuple[Segment, ...]
    entities: tuple[Entity, ...]
    quantities: tuple[Quantity, ...]
    events: tuple[Event, ...]
    themes: tuple[Theme, ...]
    fingerprint: str
    timings: Mapping[str, float]


# --- outcomes -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Enriched:
    article: Article
    enrichment: Enrichment


@dataclass(frozen=True, slots=True)
class Retracted:
    """The publisher took the article back: consumers get a record with its id and no text."""

    article_id: str
    passthrough: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rejected:
    """``reason`` is a word of the dead-letter vocabulary (``topics/articles.dead``); ``detail`` is for people, and may
    quote the article. ``producer``: who sent it, where more than the key was looked at; ``article``: its id, where that
    could be told.
    """

    reason: str
    detail: str
    producer: str | None = None
    article: str | None = None


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A null value: counted, nothing published."""


Outcome = Enriched | Retracted | Rejected | Tombstone


@dataclass(frozen=True, slots=True)
class Message:
    """A record to publish. ``stream`` is what follows ``<prefix>articles.``: ``enriched``, ``enriched.tariffs``, ..."""

    stream: str
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What the operators count for one raw event; plain values, cheap to send between processes.

    ``outcome``: ``enriched | retracted | dead | tombstone | unchanged``; ``reason`` only when dead;
    ``producer``: who sent it (``service.codec.producer``); ``article``: its id, where that could be told.
    """

    outcome: str
    reason: str | None = None
    article: str | None = None
    language: str | None = None
    themes: tuple[str, ...] = ()
    entity_types: Mapping[str, int] = field(default_factory=dict)
    events: Mapping[str, int] = field(default_factory=dict)
    timings: Mapping[str, float] = field(default_factory=dict)
    key_differs: bool = False
    producer: str = "unknown"


@dataclass(frozen=True, slots=True)
class Processed:
    """The one outcome of one raw event: what to publish for it, and what to count."""

    offset: int
    messages: tuple[Message, ...]
    report: Report


# --- duplicates -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sighting:
    """A record of ``articles.enriched`` as far as duplicates care. ``time`` (``ce_time``) and ``arrived`` (the record's
    own timestamp) are milliseconds since the epoch; ``where`` is ``topic/partition/offset``.
    """

    where: str
    offset: int
    arrived: int
    id: str
    time: int
    retracted: bool
    fingerprint: str
    published: str | None = None
    domain: str | None = None
    tracing: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """To the original of a story, with what was known of it. ``similarity`` as in ``fingerprint``; ``kind``: ``exact``
    where the fingerprints are equal, else ``near``.
    """

    original: str
    similarity: float
    kind: str
    first_seen: int
    published: str | None
    domain: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What is decided of an article. ``status``: ``original``, ``duplicate`` (of ``link``), ``unchecked`` (too short to
    be compared) or ``retracted``. ``time`` is its newest version's, ``first_seen`` its first one's.
    """

    id: str
    status: str
    time: int
    first_seen: int
    fingerprint: str
    published: str | None
    domain: str | None
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class Considered:
    """What a sighting led to: its own article's standing first, then those of others that changed with it. None where
    it is ``stale`` (an older version than the one known) or ``late`` (older than what is remembered).
    """

    outcome: str
    standings: tuple[Standing, ...] = ()

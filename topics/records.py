"""The wire records: the source of truth of the JSON Schemas, which ``make schemas`` writes from here.

What goes out only ever gains fields; every object may hold more than is named, and strings that name a type, a rule,
a reason or a theme are open: later versions add values. What comes in never gains a required field.
``topics.compatibility`` holds us to it.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

ID_LENGTH = 1_000
TITLE_LENGTH = 10_000

Offset = Annotated[int, Field(ge=0)]
Probability = Annotated[float, Field(ge=0, le=1)]
FieldName = Annotated[
    Literal["title", "body"], Field(description="The field of `article` that the offsets point into.")
]
Start = Annotated[Offset, Field(description="First code point, counted from 0 in the field as received.")]
End = Annotated[Offset, Field(description="One past the last code point: in Python, field[start:end] == text.")]
SegmentId = Annotated[int | None, Field(description="`id` of the segment it stands in; null in the title.")]
Text = Annotated[str, Field(description="The text between the offsets, exactly.")]


# --- in: articles.raw -------------------------------------------------------------------------------------------------


class Input(BaseModel):
    """Types are not coerced, null means absent, unknown fields are ignored."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


class RawSource(Input):
    """The publication an article comes from."""

    name: str | None = Field(None, description="Name of the publication, for people.")
    domain: str | None = Field(None, description="Its internet domain.", examples=["harbour-times.example"])


class RawArticle(Input):
    """A news article as a scraper found it, or its retraction."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [
                {"required": ["id"], "properties": {"id": {"type": "string", "pattern": r"\S"}}},
                {"required": ["url"], "properties": {"url": {"type": "string", "pattern": r"\S"}}},
            ],
            "if": {"required": ["status"], "properties": {"status": {"const": "retracted"}}},
            "else": {"required": ["body"], "properties": {"body": {"type": "string", "pattern": r"\S"}}},
        }
    )

    id: str | None = Field(
        None,
        max_length=ID_LENGTH,
        description="Article id, unique over all scrapers: prefix your domain. Needed unless there is a `url`.",
        examples=["harbour-times.example:2025-02-04/ferries"],
    )
    url: str | None = Field(
        None, description="Where the article stands. Without `id`, the id is `url:` and a hash of the normalised URL."
    )
    status: Literal["published", "retracted"] | None = Field(
        None, description="`retracted`: the publisher took the article back; no body is needed. Default: `published`."
    )
    title: str | None = Field(None, max_length=TITLE_LENGTH, description="Headline. May be empty.")
    body: str | None = Field(
        None, description="Text of the page, plain; at most 500,000 code points unless the installation says otherwise."
    )
    published_at: str | None = Field(
        None,
        description="When it was published: ISO 8601 or RFC 2822. What is neither is kept as text, and flagged.",
        examples=["2025-02-04T09:30:00+08:00", "Tue, 04 Feb 2025 01:30:00 GMT", "2025-02-04"],
    )
    source: RawSource | None = Field(None, description="The publication.")
    language: str | None = Field(None, description="Language as the scraper takes it to be; only copied.")
    author: str | None = Field(None, description="Byline; only copied.")
    section: str | None = Field(None, description="Section of the publication; only copied.")
    scraped_at: str | None = Field(None, description="When it was fetched; only copied.")
    metadata: dict[str, Any] | None = Field(
        None,
        description="Whatever the scraper wants to find again in the output; numbers beyond 64 bits become doubles.",
    )


# --- out: articles.enriched and the theme topics ----------------------------------------------------------------------


class Output(BaseModel):
    """Open: later versions add fields."""

    model_config = ConfigDict(extra="allow", frozen=True)


class Source(Output):
    name: str | None = Field(None, description="Name of the publication.")
    domain: str | None = Field(None, description="Its internet domain.")


class Passthrough(Output):
    """What is copied from the raw event; absent where it was absent or null."""

    id: str = Field(description="Article id: the key of the record, and `ce_subject`.")
    url: str | None = Field(None, description="Where the article stands.")
    source: Source | None = Field(None, description="The publication.")
    language: str | None = Field(None, description="Language as the scraper claimed it.")
    author: str | None = Field(None, description="Byline.")
    section: str | None = Field(None, description="Section of the publication.")
    scraped_at: str | None = Field(None, description="When it was fetched.")
    metadata: dict[str, Any] | None = Field(None, description="The scraper's own.")


class Article(Passthrough):
    title: str | None = Field(description="Headline, exactly as received; null where there is none.")
    body: str = Field(description="Text, exactly as received: every offset counts its code points.")
    published_at: str | None = Field(description="When it was published, exactly as received.")
    published: str | None = Field(description="What `published_at` means, ISO 8601 with offset; null where unreadable.")


class Language(Output):
    code: str = Field(description="ISO 639-1; `und` where the text gives no hold.", examples=["en"])
    confidence: Probability = Field(description="0 to 1.")


class Segment(Output):
    """A stretch of the body; segments are in order and do not overlap."""

    id: int = Field(description="Number of the segment, from 0.")
    story: int = Field(description="Number of the story it belongs to; a photo credit may stand inside a story.")
    kind: str = Field(description="What it is.", examples=["story", "teaser", "caption", "boilerplate"])
    main: bool = Field(description="Whether it is text of the page's own story.")
    start: Start
    end: End


class Mention(Output):
    field: FieldName
    start: Start
    end: End
    text: Text
    segment: SegmentId


class Entity(Output):
    """A person, an organisation, a place, ... with all its mentions. The list is in order of salience."""

    id: str = Field(description="Unique within the record.")
    name: str = Field(description="The fullest name that the article uses.")
    type: str = Field(description="Type in OntoNotes' terms.", examples=["PERSON", "ORG", "GPE", "NORP", "PRODUCT"])
    salience: Probability = Field(description="How much the article is about it, 0 to 1.")
    identifiers: dict[str, str] = Field(
        description="From packaged registers, when certain: `iso` (ISO 3166-1 alpha-2), `ticker` (EXCHANGE:SYMBOL)."
    )
    mentions: list[Mention] = Field(description="In order of the text, title first.")


class Quantity(Output):
    """A sum of money, a percentage or a date; every mention, null where unresolved."""

    kind: str = Field(description="What it measures.", examples=["money", "percent", "date"])
    field: FieldName
    start: Start
    end: End
    text: Text
    value: float | None = Field(description="Money: amount in units of `currency`. Percent: per hundred.")
    currency: str | None = Field(description="ISO 4217.", examples=["USD", "KRW"])
    iso: str | None = Field(
        description="What a date means: day, week, month, quarter, year or duration.",
        examples=["2025-02-04", "2025-W07", "2025-02", "2026-Q1", "2025", "P90D"],
    )
    segment: SegmentId


class Evidence(Output):
    """What a decision rests on."""

    field: FieldName
    start: Start
    end: End
    text: Text
    rule: str = Field(description="Name of the rule or component that decided.")


class Party(Output):
    entity: str | None = Field(description="`id` in `entities`; null where there is none.")
    name: str = Field(description="Name, for people.")


class Event(Output):
    """Something that the article says happens: who does what to whom."""

    id: str = Field(description="Unique within the record.")
    type: str = Field(
        description="What happens.",
        examples=["partnership", "tariff", "trade_deal", "trade_dispute", "export_control"],
    )
    status: str = Field(
        description="How far it has come; threats are `proposed`.",
        examples=["proposed", "under_talks", "announced", "in_force", "paused", "ended"],
    )
    negated: bool = Field(description="Whether the article says that it is not so.")
    main: bool = Field(description="Whether the main story says it.")
    roles: dict[str, list[Party]] = Field(
        description="`partners` (partnership, trade_deal), `subject` (partnership), `parties` (trade_dispute), "
        "`imposer`, `target`, `products`."
    )
    rate: str | None = Field(description="As written.", examples=["25 percent"])
    amount: str | None = Field(description="As written.", examples=["US$500 billion"])
    effective: str | None = Field(description="From when, ISO 8601.", examples=["2025-02-04"])
    evidence: Evidence = Field(description="The sentence that says it.")
    confidence: Probability = Field(description="0 to 1.")
    segment: SegmentId


class Theme(Output):
    """What the article is about; one entry a theme."""

    id: str = Field(description="Theme of the taxonomy.", examples=["ai-partnerships", "tariffs", "trade"])
    score: Probability = Field(description="How likely the story is about it, 0 to 1.")
    scope: Literal["main", "beside"] = Field(
        description="`main`: the main story is about it; `beside`: another one is."
    )
    iptc: list[str] = Field(description="IPTC Media Topics, by number.", examples=[["20000384"]])
    gdelt: list[str] = Field(description="GDELT themes.", examples=[["ECON_TRADE_DISPUTE"]])
    evidence: list[Evidence] = Field(description="The sentences that it rests on.")


class RawPosition(Output):
    topic: str = Field(description="Topic of the raw event.")
    partition: int = Field(description="Its partition.")
    offset: int = Field(description="Its offset.")


class Processing(Output):
    service: str = Field(description="Version of wiretag.")
    pipeline: str = Field(description="Name and version of the language pipeline.")
    taxonomy: str = Field(description="Version of the themes.")
    source: RawPosition = Field(description="The raw event.")
    timings: dict[str, float] = Field(description="Seconds by stage; no part of what makes two records equal.")
    flags: list[str] = Field(
        description="What was odd in the input, without harm.", examples=[["published_at_unreadable"]]
    )


class Record(Output):
    schema_version: int = Field(description="Major version of this schema.", ge=1)


class EnrichedArticle(Record):
    """An article and its tags (`ce_type` wiretag.article.enriched.v1)."""

    status: Literal["published"] = Field(description="Told from a retraction by this.")
    article: Article = Field(description="What was received.")
    language: Language = Field(description="Language of the text, detected.")
    segments: list[Segment] = Field(description="Stories and clutter.")
    entities: list[Entity] = Field(description="Who and what is named, the most salient first.")
    quantities: list[Quantity] = Field(description="Money, percentages and dates, in order of the text.")
    events: list[Event] = Field(description="What happens.")
    themes: list[Theme] = Field(description="What it is about.")
    fingerprint: str = Field(description="Signature of the main story: near-duplicates have near fingerprints.")
    processing: Processing = Field(description="Provenance.")


class RetractedArticle(Record):
    """The publisher took the article back: drop it (`ce_type` wiretag.article.retracted.v1)."""

    status: Literal["retracted"] = Field(description="Told from an article by this.")
    article: Passthrough = Field(description="Its id, and what the retraction said besides; no title, no body.")
    processing: Processing = Field(description="Provenance.")


class EnrichedRecord(RootModel[Annotated[EnrichedArticle | RetractedArticle, Field(discriminator="status")]]):
    """The value of a record in articles.enriched and in the topics of themes."""


def read(value: bytes | str) -> EnrichedArticle | RetractedArticle:
    """The value of a record, as consumers get it. What later versions add is kept in ``model_extra``.

    Raises pydantic.ValidationError.
    """
    return EnrichedRecord.model_validate_json(value).root


# --- out: articles.duplicates -----------------------------------------------------------------------------------------


class Seen(Output):
    """When and where an article was seen."""

    first_seen: str = Field(
        description="When its first version came, RFC 3339, UTC: the raw event's time, but never after its enrichment."
    )
    published: str | None = Field(description="When it was published, ISO 8601 with offset; null where unknown.")
    domain: str | None = Field(description="Its outlet: `source.domain`, or else the host of its url or id; or null.")


class EnrichedPosition(Output):
    topic: str = Field(description="Topic of the enriched record.")
    partition: int = Field(description="Its partition.")
    offset: int = Field(description="Its offset.")


class Comparison(Output):
    service: str = Field(description="Version of wiretag.")
    source: EnrichedPosition = Field(description="The enriched record that led to this one; of another article, maybe.")


class DuplicateRecord(Record, Seen):
    """What is decided of one article: the newest record of an id holds (`ce_type` wiretag.article.compared.v1)."""

    id: str = Field(description="Article id: the key of the record, and `ce_subject`.")
    status: str = Field(
        description="`duplicate`; `original`: nothing like it was seen before; `unchecked`: too short to be compared; "
        "`retracted`: the publisher took it back. Only of the last one nothing should be shown.",
        examples=["original", "duplicate", "unchecked", "retracted"],
    )
    story: str = Field(description="Id of the story's original, its own or `duplicate_of`: what to group by.")
    duplicate_of: str | None = Field(description="Id of the article that told it first; null unless a duplicate.")
    similarity: Probability | None = Field(
        description="How much of the shorter text stands in the longer one, estimated; null unless a duplicate."
    )
    kind: str | None = Field(
        description="`exact`: equal fingerprints, so the same words but for case and punctuation; `near`: an edited, "
        "shortened or longer version; null unless a duplicate.",
        examples=["exact", "near"],
    )
    original: Seen | None = Field(description="Of `duplicate_of`, as it was known then; null unless a duplicate.")
    fingerprint: str = Field(description="Signature of the main story, as in articles.enriched.")
    processing: Comparison = Field(description="Provenance.")

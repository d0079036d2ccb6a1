"""The headers of the records: all values are UTF-8 text. Source of truth of their JSON Schemas, as ``records``."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from topics.records import Output


class CloudEventHeaders(Output):
    """CloudEvents 1.0, Kafka binding, binary mode. The same on every copy of a record, and on a repetition of it."""

    ce_specversion: Literal["1.0"] = Field(description="Version of CloudEvents.")
    ce_id: str = Field(
        description="`topic/partition/offset` of the raw event: with `ce_source` it identifies an outcome.",
        pattern=r"^.+/\d+/\d+$",
    )
    ce_source: str = Field(description="`/wiretag/` and the raw topic.", pattern="^/wiretag/.+$")
    ce_type: str = Field(
        description="What the record is.", examples=["wiretag.article.enriched.v1", "wiretag.article.retracted.v1"]
    )
    ce_time: str = Field(
        description="When the raw event was published (a replay: for the first time), RFC 3339, UTC. The newest wins.",
        pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$",
    )
    ce_subject: str = Field(description="Article id, as the key.")
    ce_dataschema: str = Field(description="`$id` of the value's JSON Schema.")
    content_type: Literal["application/json"] = Field(alias="content-type", description="Of the value.")
    traceparent: str | None = Field(None, description="W3C trace context, where the raw event had one.")
    tracestate: str | None = Field(None, description="W3C trace context, where the raw event had one.")


class DuplicateHeaders(CloudEventHeaders):
    """As those of enriched records, with an event of its own: that something was decided of an article."""

    ce_id: str = Field(
        description="`topic/partition/offset` of the enriched record that led to it, a colon, and the article id.",
        pattern=r"^.+/\d+/\d+:.+$",
    )
    ce_source: str = Field(description="`/wiretag/` and the topic of duplicates.", pattern="^/wiretag/.+$")
    ce_type: str = Field(description="What the record is.", examples=["wiretag.article.compared.v1"])
    ce_time: str = Field(
        description="Timestamp of the raw event of the article's newest version, RFC 3339, UTC, milliseconds. The "
        "newest of an id wins; of equal ones, the later in the topic.",
        pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$",
    )


class ReplayHeaders(Output):
    """What a raw event that was published again says of the first time; its dead letter keeps them. Numbers are in
    decimal digits.
    """

    wiretag_replay: str | None = Field(None, description="Id of the run that published it again.")
    wiretag_replay_of: str | None = Field(
        None, description="`topic/partition/offset` of the dead letter or raw event that was published again."
    )
    wiretag_replays: str | None = Field(None, description="How often it was published again.", pattern=r"^\d+$")
    wiretag_origin: str | None = Field(None, description="`topic/partition/offset` of the first raw event.")
    wiretag_origin_timestamp: str | None = Field(
        None, description="Timestamp of the first raw event, ms since 1970.", pattern=r"^-?\d+$"
    )
    wiretag_history: str | None = Field(
        None, description="JSON: its last 20 deaths, each with `time`, `reason`, `raw`, `letter` and `service`."
    )


class DeadLetterHeaders(ReplayHeaders):
    """The headers of a dead letter, after those of the raw event. Numbers are in decimal digits."""

    wiretag_reason: str = Field(description="Why: a word of articles.dead/reasons.toml.", examples=["not_json"])
    wiretag_detail: str = Field(description="Why, for people; up to 1,000 characters.")
    wiretag_topic: str = Field(description="Topic of the raw event.")
    wiretag_partition: str = Field(description="Its partition.", pattern=r"^\d+$")
    wiretag_offset: str = Field(description="Its offset.", pattern=r"^\d+$")
    wiretag_timestamp: str = Field(description="Its timestamp, ms since 1970.", pattern=r"^-?\d+$")
    wiretag_attempt: str = Field(description="How often it was tried, before replays too.", pattern=r"^\d+$")
    wiretag_time: str = Field(description="When it was given up, RFC 3339, UTC.")
    wiretag_service: str = Field(description="Version of wiretag.")
    wiretag_value_bytes: str | None = Field(
        None, description="Size of the raw value, where the letter is too large to hold it.", pattern=r"^\d+$"
    )
    wiretag_value_sha256: str | None = Field(
        None, description="SHA-256 of the raw value, where the letter does not hold it.", pattern="^[0-9a-f]{64}$"
    )
    connect_topic: str = Field(alias="__connect.errors.topic", description="As Kafka Connect has it.")
    connect_partition: str = Field(alias="__connect.errors.partition", description="As Kafka Connect has it.")
    connect_offset: str = Field(alias="__connect.errors.offset", description="As Kafka Connect has it.")
    connect_class: str = Field(
        alias="__connect.errors.exception.class.name", description="`wiretag.Rejected.` and the reason."
    )
    connect_message: str = Field(alias="__connect.errors.exception.message", description="The detail.")

"""A Quix Streams application: a streaming data frame that expands each event into its outputs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from quixstreams import Application

from service.model import Message, RawEvent
from service.nlp import taxonomy
from service.runtime.tagging import factory
from service.settings import load


def main() -> None:
    settings = load()
    tagger = factory.load(settings)
    app = Application(
        settings.bootstrap_servers, consumer_group=settings.group_id, auto_offset_reset="earliest", loglevel="WARNING"
    )
    raw = app.topic(f"{settings.topic_prefix}articles.raw", value_deserializer="bytes")

    def tag(value: bytes, key: bytes, _timestamp: int, _headers: Any) -> Sequence[Message]:
        (processed,) = tagger.process([RawEvent(raw.name, 0, 0, 0, key, value)])
        return processed.messages

    messages = app.dataframe(raw).apply(tag, expand=True, metadata=True)
    for stream in ("enriched", "dead", *(f"enriched.{theme.id}" for theme in taxonomy.load())):
        output = app.topic(f"{settings.topic_prefix}articles.{stream}", value_serializer="bytes")
        chosen = messages.filter(lambda message, stream=stream: message.stream == stream)
        chosen.apply(lambda message: message.value).to_topic(output)
    app.run()


if __name__ == "__main__":
    main()

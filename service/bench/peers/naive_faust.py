"""A Faust agent as its tutorial would have it: one event after the other, tagged in the loop, sent on."""

from __future__ import annotations

from typing import Any

import faust

from service.model import RawEvent
from service.runtime.tagging import factory
from service.settings import load


def main() -> None:
    settings = load()
    tagger = factory.load(settings)
    app = faust.App(
        settings.group_id,
        broker=f"kafka://{settings.bootstrap_servers}",
        value_serializer="raw",
        topic_replication_factor=1,
        web_enabled=False,
        datadir="/tmp",
    )
    raw = app.topic(f"{settings.topic_prefix}articles.raw", key_serializer="raw")

    @app.agent(raw)  # type: ignore[untyped-decorator]
    async def tag(stream: Any) -> None:
        async for event in stream.events():
            message = event.message
            (processed,) = tagger.process(
                [RawEvent(message.topic, message.partition, message.offset, 0, message.key, message.value)]
            )
            for output in processed.messages:
                await app.send(
                    f"{settings.topic_prefix}articles.{output.stream}",
                    key=output.key,
                    value=output.value,
                    key_serializer="raw",
                    value_serializer="raw",
                )

    faust.Worker(app, loglevel="info").execute_from_commandline()


if __name__ == "__main__":
    main()

"""The AsyncAPI document says what the topics' definitions and schemas say, and every reference leads somewhere.

``npx @asyncapi/cli validate topics/asyncapi.yaml`` checks it against AsyncAPI 3.0 itself: that needs Node.js, so it is
for whoever changes the document's structure.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from service import __version__
from service.nlp import taxonomy
from topics import catalogue, schemas

PATH = schemas.HERE / "asyncapi.yaml"
DOCUMENT: dict[str, Any] = yaml.safe_load(PATH.read_text(encoding="utf-8"))
CHANNELS = {
    "raw": "articles.raw",
    "enriched": "articles.enriched",
    "theme": "articles.enriched.x",
    "duplicates": "articles.duplicates",
    "dead": "articles.dead",
    "replayed": "articles.dead.replayed",
}
TOPICS = {topic.name: topic for topic in catalogue.load(["x"])}


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        for inner in node.values():
            yield from references(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from references(inner)


def follow(reference: str) -> Any:
    """What a reference within the document or to a file beside it leads to. Raises KeyError, FileNotFoundError."""
    if not reference.startswith("#/"):
        return json.loads((PATH.parent / reference).read_text(encoding="utf-8"))
    found: Any = DOCUMENT
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return follow(found["$ref"]) if "$ref" in found else found


@pytest.mark.parametrize("reference", sorted(set(references(DOCUMENT))))
def test_references_lead_somewhere(reference: str) -> None:
    assert follow(reference)


def test_every_schema_is_referred_to() -> None:
    files = {reference.removeprefix("./") for reference in references(DOCUMENT) if reference.startswith("./")}
    assert files == set(schemas.SCHEMAS)


def test_its_version_is_the_services() -> None:
    assert (DOCUMENT["asyncapi"], DOCUMENT["info"]["version"]) == ("3.0.0", __version__)


@pytest.mark.parametrize("channel", CHANNELS)
def test_channels_are_the_topics(channel: str) -> None:
    told, topic = DOCUMENT["channels"][channel], TOPICS[CHANNELS[channel]]
    kafka = told["bindings"]["kafka"]
    assert told["address"].replace("{theme}", "x") == topic.name
    assert (told["title"], kafka["partitions"]) == (topic.title, topic.partitions)
    configured = {
        name: ",".join(v) if isinstance(v, list) else str(v) for name, v in kafka["topicConfiguration"].items()
    }
    assert configured == {name: value for name, value in topic.config.items() if name != "min.compaction.lag.ms"}


def test_every_topic_has_a_channel_and_an_operation() -> None:
    assert set(DOCUMENT["channels"]) == set(CHANNELS)
    assert {TOPICS[name].name for name in CHANNELS.values()} == set(TOPICS)
    used = {operation["channel"]["$ref"]: operation["action"] for operation in DOCUMENT["operations"].values()}
    assert used == {f"#/channels/{name}": "receive" if name == "raw" else "send" for name in CHANNELS}


def test_the_themes_are_the_taxonomys() -> None:
    examples = DOCUMENT["channels"]["theme"]["parameters"]["theme"]["examples"]
    assert examples == [theme.id for theme in taxonomy.load()]


def test_every_message_has_payload_and_key() -> None:
    for message in DOCUMENT["components"]["messages"].values():
        bindings = follow(message["bindings"]["$ref"]) if "$ref" in message["bindings"] else message["bindings"]
        assert bindings["kafka"]["key"]["description"]
        assert message["payload"]

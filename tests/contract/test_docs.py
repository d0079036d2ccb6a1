"""What the guides for publishers and consumers say is true, and their code runs."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from hypothesis import example, given
from hypothesis import strategies as st

from service import codec
from service.codec.identity import article_id
from service.model import RawEvent, Rejected
from service.runtime.embedded.broker import EmbeddedKafka
from topics import catalogue, schemas

ROOT = Path(__file__).parents[2]
PUBLISHING = (ROOT / "docs/publishing.md").read_text(encoding="utf-8")
CONSUMING = (ROOT / "docs/consuming.md").read_text(encoding="utf-8")
EXAMPLES = schemas.HERE / "articles.enriched/examples/valid"
LIMITS = codec.Limits()


def code(text: str) -> dict[str, Any]:
    """What the guide's Python defines."""
    names: dict[str, Any] = {}
    for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        exec(compile(block, "<guide>", "exec"), names)
    return names


def table(text: str, title: str) -> list[list[str]]:
    """The rows of the table under a heading, header and rule left out."""
    section = text[text.index(f"\n## {title}\n") :]
    rows = re.search(r"((?:^\|.*\n)+)", section, re.MULTILINE)
    assert rows
    return [[cell.strip() for cell in row.strip("| ").split(" | ")] for row in rows[1].splitlines()[2:]]


def load(name: str) -> dict[str, Any]:
    message: dict[str, Any] = json.loads((EXAMPLES / f"{name}.message.json").read_text(encoding="utf-8"))
    return message


# --- all of them ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [*ROOT.glob("*.md"), *ROOT.glob("[a-z]*/**/*.md")], ids=lambda path: path.name)
def test_every_link_leads_somewhere(path: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_the_decisions_are_one_sequence_and_listed() -> None:
    folder = ROOT / "docs/adr"
    titles = {path.name: path.read_text(encoding="utf-8").splitlines()[0] for path in sorted(folder.glob("0*.md"))}
    listed = re.findall(r"^(\d+)\. \[(.*)\]\((.*)\)$", (folder / "README.md").read_text("utf-8"), re.MULTILINE)
    assert titles == {name: f"# {number}. {title}" for number, title, name in listed}
    assert [name[:4] for name in titles] == [f"{number:04}" for number in range(1, len(titles) + 1)]


# --- publishing -------------------------------------------------------------------------------------------------------


def test_the_fields_are_the_schemas() -> None:
    told = {name for row in table(PUBLISHING, "Fields") for name in re.findall(r"`(\w+)`", row[0])}
    assert told == set(schemas.generate("articles.raw/v1.schema.json")["properties"])


def test_the_reasons_are_the_vocabulary() -> None:
    told = re.findall(r"^\| `(\w+)` \| (.+) \| (\w+) \|$", PUBLISHING, re.MULTILINE)
    assert told == [(reason.name, reason.meaning, reason.fault) for reason in catalogue.reasons()]


def test_the_headers_of_dead_letters_are_told() -> None:
    headers = schemas.generate("articles.dead/v1.headers.schema.json")["required"]
    short = [name.removeprefix("__connect.errors") for name in headers if name != "__connect.errors.topic"]
    assert [name for name in short if f"`{name}`" not in PUBLISHING] == []


@pytest.mark.parametrize("block", re.findall(r"```json\n(.*?)```", PUBLISHING, re.DOTALL))
def test_the_smallest_article_is_one(block: str) -> None:
    event = RawEvent("articles.raw", 0, 0, 0, None, block.encode())
    assert not isinstance(codec.decode(event, LIMITS), Rejected)


PUBLISHED_ID: Callable[[str], str] = code(PUBLISHING)["article_id"]
PARTS = st.sampled_from(
    [
        "http:",
        "https:",
        "HTTPS:",
        "//",
        "Harbour.Example",
        ":443",
        ":80",
        "u@",
        "/",
        "?",
        "&",
        "=",
        "#",
        "utm_x",
        "b",
        "A",
        " ",
    ]
)


@given(url=st.lists(PARTS, max_size=12).map("".join).filter(lambda url: url.strip()))
@example(url="HTTPS://Harbour.Example:443/a?utm_source=x&b=2&a=1#c")
def test_the_rule_for_ids_is_the_codes(url: str) -> None:
    assert PUBLISHED_ID(url) == article_id(None, url)


# --- consuming --------------------------------------------------------------------------------------------------------


def test_the_themes_and_parts_of_a_record_are_told() -> None:
    told = {name for row in table(CONSUMING, "Reading a record") for name in re.findall(r"`(\w+)`", row[0])}
    parts = set(load("enriched")["value"]) - {"schema_version", "status"}
    assert told == parts | {"evidence"}


def test_the_newest_version_wins() -> None:
    articles = code(CONSUMING)["Articles"]()
    enriched, retracted = load("enriched"), load("retracted")
    identifier = enriched["key"]
    articles.apply(enriched["headers"], enriched["value"])
    articles.apply(enriched["headers"], enriched["value"])
    assert articles.records == {identifier: enriched["value"]}
    articles.apply(retracted["headers"], retracted["value"])
    articles.apply(enriched["headers"], enriched["value"])
    assert articles.records == {}


def test_mentions_are_found_by_their_offsets() -> None:
    found = list(code(CONSUMING)["mentions"](load("enriched")["value"], "Claire Bouchard"))
    assert found == ["Claire Bouchard", "Bouchard"]


def duplicate(name: str) -> dict[str, Any]:
    path = schemas.HERE / f"articles.duplicates/examples/valid/{name}.message.json"
    message: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return message


@pytest.mark.parametrize("first", ["article", "decision"])
@pytest.mark.parametrize(("name", "times"), [("original", 1), ("unchecked", 1), ("duplicate", 0), ("retracted", 0)])
def test_each_story_is_shown_once_whichever_record_comes_first(first: str, name: str, times: int) -> None:
    shown: list[str] = []
    once = code(CONSUMING)["StoriesOnce"](lambda record: shown.append(record["article"]["id"]))
    decision = duplicate(name)
    enriched = {"status": "published", "article": {"id": decision["key"]}}
    steps = [(once.article, enriched), (once.decision, decision["value"])]
    for take, record in steps if first == "article" else reversed(steps):
        take({}, record)
    assert shown == [decision["key"]] * times


def test_outlets_are_grouped_by_story_and_a_new_decision_replaces_the_old() -> None:
    outlets = code(CONSUMING)["Outlets"]()
    for name in ("original", "duplicate", "duplicate", "unchecked"):
        outlets.apply({}, duplicate(name)["value"])
    story = duplicate("original")["key"]
    assert sorted(outlets.carriers[story].values()) == ["coast-wire.example", "island-post.example"]
    for name in ("retracted", "original-again"):
        outlets.apply({}, duplicate(name)["value"])
    assert outlets.carriers[story] == {}
    assert outlets.carriers[duplicate("duplicate")["key"]] == {duplicate("duplicate")["key"]: "island-post.example"}


# --- on a real broker -------------------------------------------------------------------------------------------------


async def create(kafka: EmbeddedKafka, topic: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap_servers)
    await admin.start()
    await admin.create_topics([NewTopic(topic, 2, 1, topic_configs={"max.message.bytes": "4194304"})])
    while topic not in await admin.list_topics():  # noqa: ASYNC110 - there is no event to wait for
        await asyncio.sleep(0.1)
    await admin.close()


async def send(kafka: EmbeddedKafka, topic: str, message: dict[str, Any], commit: bool) -> None:
    """In a transaction, as wiretag does; or in one that is aborted."""
    producer = AIOKafkaProducer(bootstrap_servers=kafka.bootstrap_servers, transactional_id=f"docs-{topic}")
    await producer.start()
    await producer.begin_transaction()
    value = message["value"] if isinstance(message["value"], str) else json.dumps(message["value"])
    headers = [(name, text.encode()) for name, text in message["headers"].items()]
    await producer.send_and_wait(topic, value.encode(), message["key"].encode(), headers=headers)
    await (producer.commit_transaction() if commit else producer.abort_transaction())
    await producer.stop()


@pytest.mark.kafka
@pytest.mark.parametrize("client", ["aiokafka", "confluent"])
async def test_the_consumers_read_what_was_committed(kafka: EmbeddedKafka, topic_prefix: str, client: str) -> None:
    topic = f"{topic_prefix}articles.enriched"
    await create(kafka, topic)
    enriched, retracted = load("enriched"), load("retracted")
    await send(kafka, topic, retracted, commit=False)
    await send(kafka, topic, enriched, commit=True)
    seen: list[tuple[str, str]] = []
    done = asyncio.Event()
    loop = asyncio.get_running_loop()

    def apply(headers: dict[str, str], record: dict[str, Any]) -> None:
        seen.append((headers["ce_id"], record["status"]))
        loop.call_soon_threadsafe(done.set)

    names = code(CONSUMING)
    group = f"{topic_prefix}{client}"
    if client == "aiokafka":
        reading = asyncio.create_task(names["follow"](kafka.bootstrap_servers, topic, group, apply))
        await asyncio.wait({reading, asyncio.create_task(done.wait())}, return_when=asyncio.FIRST_COMPLETED, timeout=60)
        reading.cancel()
        await asyncio.wait({reading})
    else:
        await asyncio.to_thread(
            names["follow_confluent"], kafka.bootstrap_servers, topic, group, apply, lambda: bool(seen)
        )
    assert seen == [("articles.raw/3/1042", "published")]


@pytest.mark.kafka
async def test_the_publisher_sends_long_articles_too(kafka: EmbeddedKafka, topic_prefix: str) -> None:
    topic = f"{topic_prefix}articles.raw"
    await create(kafka, topic)
    small = {"id": "fjordposten.example:1", "body": "The ferry sails again."}
    long = {"id": "fjordposten.example:2", "body": "x" * 2_000_000}
    publish = code(PUBLISHING)["publish"]
    assert await asyncio.to_thread(publish, kafka.bootstrap_servers, topic, [small, long]) == []


@pytest.mark.kafka
async def test_dead_letters_are_found(kafka: EmbeddedKafka, topic_prefix: str) -> None:
    topic = f"{topic_prefix}articles.dead"
    await create(kafka, topic)
    letter = json.loads((schemas.HERE / "articles.dead/examples/lone_surrogates.message.json").read_text("utf-8"))
    await send(kafka, topic, letter, commit=True)
    await send(kafka, topic, {**letter, "key": "somebody-else.example:1"}, commit=True)
    dead_letters = code(PUBLISHING)["dead_letters"]
    found = await asyncio.to_thread(dead_letters, kafka.bootstrap_servers, topic, "fjordposten.example")
    assert found == [letter["headers"]]

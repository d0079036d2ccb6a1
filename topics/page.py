"""Writes the contract as a page for people, ``contract.html``: ``python -m topics.page``.

All of it is read from ``asyncapi.yaml`` and what it refers to, the topics' definitions, examples and dead letters'
reasons: a channel that is added there appears here. Needs PyYAML, which the service does not; who wants to serve
the page reads the file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup

from topics import catalogue
from topics.shapes import shapes

HERE = Path(__file__).parent
FILE = HERE / "contract.html"
DAY = 24 * 3600 * 1000  # ms
MEBIBYTE = 1024 * 1024
SUFFIX = ".schema.json"
LONGEST_SAMPLE = 120  # characters of a refused record

Json = Mapping[str, Any]


def render() -> str:
    """The whole page."""
    document = yaml.safe_load((HERE / "asyncapi.yaml").read_text(encoding="utf-8"))
    seen: set[str] = set()
    return (
        _environment()
        .get_template("contract.html.j2")
        .render(
            info=document["info"],
            topics=[_topic(channel, document, seen) for channel in document["channels"].values()],
            reasons=[(reason, _refused(reason.name)) for reason in catalogue.reasons()],
        )
    )


def _topic(channel: Json, document: Json, seen: set[str]) -> dict[str, Any]:
    """A channel with its topic's definition. A schema is described where the page first needs it (``seen``)."""
    name = re.sub(r"\{(\w+)\}", r"<\1>", channel["address"])
    (spec,) = [topic for topic in catalogue.load([catalogue.THEME]) if topic.name == name]
    messages = [_resolve(message, document) for message in channel["messages"].values()]
    return {
        "spec": spec,
        "anchor": _anchor(name),
        "description": channel["description"],
        "parameters": channel.get("parameters", {}),
        "facts": dict(_facts(spec)),
        "messages": [_message(message, document) for message in messages],
        "parts": [part for message in messages for part in _parts(message, seen)],
        "examples": list(_examples(HERE / name)),
    }


def _facts(spec: catalogue.TopicSpec) -> Iterator[tuple[str, str]]:
    yield "Key", spec.key
    yield "Written by", ", ".join(spec.producers)
    yield "Read by", ", ".join(spec.consumers)
    yield "Partitions", str(spec.partitions)
    yield "Kept for", f"{int(spec.config['retention.ms']) // DAY} days"
    if "compact" in spec.config["cleanup.policy"]:
        lag = int(spec.config.get("min.compaction.lag.ms", 0)) // DAY
        yield (
            "Compacted",
            f"yes; every version of a key can be read for {lag} days, then only the newest is sure to stay",
        )
    yield "Largest record", f"{spec.max_message_bytes // MEBIBYTE} MiB"


def _message(message: Json, document: Json) -> dict[str, Any]:
    key = _resolve(message["bindings"], document)["kafka"]["key"]["description"]
    links = {word: _schema_anchor(path) for word, path, _ in _described(message)}
    return {**message, "key": key, "links": links}


def _parts(message: Json, seen: set[str]) -> Iterator[dict[str, Any]]:
    """Headers and payload of a message, as tables of fields."""
    for word, path, schema in _described(message):
        if path in seen:
            continue
        seen.add(path)
        anchor = _schema_anchor(path)
        title = message["title"][0].lower() + message["title"][1:]
        yield {
            "title": f"{'Headers' if word == 'headers' else 'Fields'}: {title}",
            "file": path if path.endswith(SUFFIX) else None,
            "identifier": schema.get("$id"),
            "anchor": anchor,
            "shapes": shapes(schema, anchor),
        }


def _described(message: Json) -> Iterator[tuple[str, str, Json]]:
    """``headers`` and ``payload``, as far as they have fields: the file of the schema, or a name for it, and itself."""
    for word in ("headers", "payload"):
        schema = message.get(word, {})
        if "$ref" in schema:
            path = schema["$ref"].removeprefix("./")
            yield word, path, json.loads((HERE / path).read_text(encoding="utf-8"))
        elif "properties" in schema:
            yield word, f"{message['name']}/{word}", schema


def _examples(folder: Path) -> Iterator[tuple[str, str]]:
    """Name and text of each valid example."""
    for path in sorted((folder / "examples").glob("**/*.json")):
        if path.parent.name != "invalid":
            yield path.name, path.read_text(encoding="utf-8").strip()


def _refused(reason: str) -> str | None:
    """A short record that is refused for this reason."""
    for path in sorted((HERE / "articles.raw/examples/invalid").glob(f"{reason}.*")):
        text = path.read_bytes().decode("utf-8", "backslashreplace").strip()
        if len(text) <= LONGEST_SAMPLE:
            return text
    return None


def _resolve(node: Json, document: Json) -> Json:
    while "$ref" in node:
        found: Any = document
        for step in node["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        node = found
    return node


def _schema_anchor(path: str) -> str:
    return _anchor(path.removesuffix(SUFFIX))


def _anchor(name: str) -> str:
    return re.sub(r"[^a-z0-9.-]+", "-", name.lower()).strip("-")


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    markdown = MarkdownIt("js-default")  # HTML in a description is text
    environment.filters["markdown"] = lambda text: Markup(markdown.render(text))
    environment.filters["inline"] = lambda text: Markup(markdown.renderInline(text))
    environment.filters["json"] = lambda value: json.dumps(value, ensure_ascii=False)
    return environment


def main() -> None:
    FILE.write_text(render(), encoding="utf-8")


if __name__ == "__main__":
    main()

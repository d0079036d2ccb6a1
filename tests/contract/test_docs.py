"""What the guides for publishers and consumers say is true, and their code runs."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from playwright.sync_api import Browser

from service import codec
from service.codec.identity import article_id
from service.model import RawEvent, Rejected
from topics import catalogue, schemas

ROOT = Path(__file__).parents[2]
PUBLISHING = (ROOT / "docs/publishing.md").read_text(encoding="utf-8")
CONSUMING = (ROOT / "docs/consuming.md").read_text(encoding="utf-8")
EXAMPLES = schemas.HERE / "articles.enriched/examples/valid"
LIMITS = codec.Limits()


def code(text: str) -> dict[str, Any]:
    """What the guide's Python defines; lines of a program that stands in ``examples`` are left out."""
    names: dict[str, Any] = {}
    for block in re.findall(r"```python\n(?!# \w+\.py\n)(.*?)```", text, re.DOTALL):
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
    links = re.findall(r"\]\((?!https?:)([^)#]*)#?([^)]*)\)", path.read_text(encoding="utf-8"))
    broken = [f"{link}#{anchor}" for link, anchor in links if not leads(path.parent / link if link else path, anchor)]
    assert broken == []


def leads(target: Path, anchor: str) -> bool:
    return target.exists() and (not anchor or anchor in anchors(target))


def anchors(target: Path) -> set[str]:
    """Of a page, or of the headings in Markdown, as GitHub and GitLab make them."""
    text = target.read_text(encoding="utf-8")
    if target.suffix == ".html":
        return set(re.findall(r' id="([^"]+)"', text))
    headings = re.findall(r"^#+ (.+)$", re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_decisions_are_one_sequence_and_listed() -> None:
    folder = ROOT / "docs/adr"
    titles = {path.name: path.read_text(encoding="utf-8").splitlines()[0] for path in sorted(folder.glob("0*.md"))}
    listed = re.findall(r"^(\d+)\. \[(.*)\]\((.*)\)$", (folder / "README.md").read_text("utf-8"), re.MULTILINE)
    assert titles == {name: f"# {number}. {title}" for number, title, name in listed}
    assert [name[:4] for name in titles] == [f"{number:04}" for number in range(1, len(titles) + 1)]


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = [project["project"]["dependencies"], project["dependency-groups"]["dev"]]
    groups += project["project"]["optional-dependencies"].values()
    names = {re.split(r"[<>=\[]", wanted)[0] for group in groups for wanted in group}
    told = "".join(path.read_text(encoding="utf-8").lower() for path in (ROOT / "docs/adr").glob("0*.md"))
    assert {name for name in names if name not in told} == set()


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


def test_mentions_are_found_by_their_offsets() -> None:
    found = list(code(CONSUMING)["mentions"](load("enriched")["value"], "Claire Bouchard"))
    assert found == ["Claire Bouchard", "Bouchard"]


@pytest.mark.parametrize("name", ["partners", "plain_partners"])
def test_partners_are_found(name: str) -> None:
    find = code(CONSUMING)[name]
    assert find(json.dumps(load("enriched")["value"])) == [["Hoshino Motors Co", "Lumen Forge Inc"]]
    assert find(json.dumps(load("retracted")["value"])) == []


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


@given(text=st.text(st.characters(exclude_categories=["Cs"])), offset=st.integers(0, 20))
@example(text="\N{SHIP} sails", offset=2)
def test_offsets_of_utf_16(text: str, offset: int) -> None:
    units = text.encode("utf-16-le")[: 2 * code(CONSUMING)["utf16"](text, offset)]
    assert units.decode("utf-16-le") == text[:offset]


def test_offsets_in_a_browser(browser: Browser) -> None:
    (script,) = re.findall(r"```js\n(.*?)```", CONSUMING, re.DOTALL)
    body = "\N{SHIP} \N{PASSENGER SHIP} sails \N{GRINNING FACE} e\u0301"
    mentions = [{"start": start, "end": start + 5} for start in range(len(body) - 5)]
    call = f"([body, mentions]) => {{ {script} return mentions.map(one => text(body, one)); }}"
    found = browser.new_page().evaluate(call, [body, mentions])
    assert found == [body[one["start"] : one["end"]] for one in mentions]


# --- programs to copy (tests/contract/test_consumers.py runs them) ----------------------------------------------------


@pytest.mark.parametrize("guide", [CONSUMING, PUBLISHING], ids=["consuming", "publishing"])
def test_what_is_shown_of_a_program_is_in_it(guide: str) -> None:
    shown = re.findall(r"^```\w+\n# (\w+\.(?:py|sh))\n(.*?)^```", guide, re.DOTALL | re.MULTILINE)
    assert len(shown) >= 2
    assert [name for name, lines in shown if lines not in (ROOT / "docs/examples" / name).read_text("utf-8")] == []


def test_every_program_is_told_and_can_be_copied() -> None:
    for path in (ROOT / "docs/examples").iterdir():
        if path.is_file():
            assert f"(examples/{path.name})" in CONSUMING + PUBLISHING
            assert len(path.read_text(encoding="utf-8").splitlines()) < 60

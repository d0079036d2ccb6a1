"""``wiretag enrich`` as a user runs it: records out in order, problems told, nothing else on standard output."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from service.demo import samples
from topics.records import EnrichedRecord

pytestmark = pytest.mark.nlp
GOOD = [sample for sample in samples.load() if sample.outcome != "dead"]


@pytest.fixture(scope="module")
def enriched(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """The samples, with two bad lines among them, through one run of the command."""
    folder = tmp_path_factory.mktemp("enrich")
    lines = [sample.value for sample in GOOD]
    (folder / "in.jsonl").write_bytes(b"\n".join([lines[0], b"oops", *lines[1:], b"{}"]) + b"\n")
    command = [sys.executable, "-m", "service", "enrich", "in.jsonl", "--jsonl", "--html", "out.html"]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    return {
        "status": done.returncode,
        "told": done.stderr.decode().splitlines(),
        "records": [json.loads(line) for line in done.stdout.splitlines()],
        "page": (folder / "out.html").read_text(encoding="utf-8"),
    }


def test_one_record_a_line_in_order(enriched: dict[str, list[dict[str, dict[str, str]]]]) -> None:
    assert [record["article"]["id"] for record in enriched["records"]] == [sample.id for sample in GOOD]


def test_what_is_refused_is_told_with_its_place_and_the_status_is_1(enriched: dict[str, list[str]]) -> None:
    assert [line.split(": ")[:2] for line in enriched["told"][:-1]] == [
        ["in.jsonl:2", "not_json"],
        [f"in.jsonl:{len(GOOD) + 2}", "no_identity"],
    ]
    assert enriched["told"][-1] == f"out.html: {len(GOOD)} articles"
    assert enriched["status"] == 1


def test_the_records_are_those_of_the_contract(enriched: dict[str, list[dict[str, object]]]) -> None:
    for record in enriched["records"]:
        EnrichedRecord.model_validate(record)


@pytest.mark.parametrize("sample", [sample for sample in GOOD if sample.outcome == "enriched"], ids=lambda one: one.id)
def test_a_sample_has_the_themes_it_claims(
    enriched: dict[str, list[dict[str, list[dict[str, str]]]]], sample: samples.Sample
) -> None:
    record = enriched["records"][GOOD.index(sample)]
    main = {theme["id"] for theme in record["themes"] if theme["scope"] == "main"}
    assert set(sample.themes) <= main if sample.themes else not main


def test_the_page_has_every_article(enriched: dict[str, str]) -> None:
    assert enriched["page"].count("<article ") == len(GOOD)


def test_text_from_a_pipe(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "service", "enrich", "-", "--id", "mine", "--title", "Storm over Norway"]
    text = b"A storm closed the harbour of Bergen on Friday, police said. Nobody was hurt."
    done = subprocess.run(command, input=text, cwd=tmp_path, capture_output=True, check=True)
    (record,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert record["article"]["id"] == "mine"
    assert record["article"]["body"] == text.decode()

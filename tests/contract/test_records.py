"""The wire records as consumers import them: with pydantic and nothing else of the service, typed, open."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib.metadata import packages_distributions, requires
from pathlib import Path
from typing import Any

import pytest
from mypy import api
from pydantic import ValidationError

from topics import schemas
from topics.records import EnrichedArticle, RetractedArticle, read

ROOT = Path(__file__).parents[2]
EXAMPLES = schemas.HERE / "articles.enriched/examples/valid"


def value(name: str) -> dict[str, Any]:
    message = json.loads((EXAMPLES / f"{name}.message.json").read_text(encoding="utf-8"))
    return dict(message["value"])


def test_records_are_told_apart() -> None:
    article, retraction = (read(json.dumps(value(name))) for name in ("enriched", "retracted"))
    assert isinstance(article, EnrichedArticle)
    assert isinstance(retraction, RetractedArticle)
    for entity in article.entities:
        for mention in entity.mentions:
            text = article.article.title if mention.field == "title" else article.article.body
            assert (text or "")[mention.start : mention.end] == mention.text


def test_what_later_versions_add_is_kept() -> None:
    later = value("enriched")
    later["mood"] = "glad"
    later["entities"][0] |= {"type": "SHIP", "flag": "NO"}
    record = read(json.dumps(later))
    assert isinstance(record, EnrichedArticle)
    assert (record.model_extra, record.entities[0].model_extra) == ({"mood": "glad"}, {"flag": "NO"})
    assert record.entities[0].type == "SHIP"
    assert json.loads(record.model_dump_json(exclude_unset=True)) == later


def test_what_is_no_record_says_where() -> None:
    broken = value("enriched")
    del broken["entities"][0]["name"]
    with pytest.raises(ValidationError, match=r"published\.entities\.0\.name"):
        read(json.dumps(broken))


def test_pydantic_is_all_that_they_need() -> None:
    """In a process where nothing else that is installed can be imported."""
    needed = with_requirements("pydantic")
    found = packages_distributions().items()
    others = {module for module, names in found if needed.isdisjoint(map(normalised, names))} - {"topics"}
    assert {"spacy", "faust", "aiokafka", "numpy", "orjson", "service"} <= others
    program = f"""
import sys
sys.modules.update(dict.fromkeys({sorted(others)!r}))  # None: raises ModuleNotFoundError
from topics.records import read
print(read(sys.stdin.buffer.read()).article.id)
"""
    given = json.dumps(value("enriched"))
    done = subprocess.run(
        [sys.executable, "-c", program], input=given, capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.stdout == "harbour-times.example:2026-03-05/lumen-forge\n", done.stderr


def with_requirements(distribution: str) -> set[str]:
    """A distribution and all that it requires, extras left out."""
    found: set[str] = set()
    waiting = [distribution]
    while waiting:
        name = normalised(waiting.pop())
        if name not in found:
            found.add(name)
            waiting += re.findall(r"^[\w.-]+(?!.*extra ==)", "\n".join(requires(name) or ()), re.MULTILINE)
    return found


def normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_type_checkers_know_them(tmp_path: Path) -> None:
    assert (schemas.HERE / "py.typed").exists()
    program = tmp_path / "consumer.py"
    program.write_text(
        "from topics.records import RetractedArticle, read\n"
        "record = read(b'')\n"
        "if not isinstance(record, RetractedArticle):\n"
        "    reveal_type(record.entities[0].mentions[0].start)\n"
        "    record.entities[0].nonsense()\n"
    )
    said, problems, _ = api.run(["--strict", "--config-file", str(ROOT / "pyproject.toml"), str(program)])
    assert problems == ""
    assert 'Revealed type is "int"' in said
    assert len(re.findall("error:", said)) == 1
    assert '"Entity" has no attribute "nonsense"' in said

"""Files as people have them -> records with place and bytes; what is wrong is told there and spoils nothing else."""

from __future__ import annotations

import io
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from service.cli.inputs import Record, Source, check
from service.codec import Limits

ONE = b'{"id": "1", "body": "One."}'
TWO = b'{"id": "2", "body": "Two."}'


def _read(folder: Path, name: str, content: bytes, form: str = "auto") -> list[tuple[str, bytes]]:
    path = folder / name
    path.write_bytes(content)
    return [(record.where.removeprefix(f"{folder}/"), record.value) for record in Source([str(path)], form).records()]


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson", "a.json", "a", "a.log"])
@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_json_lines_whatever_the_name(tmp_path: Path, name: str, newline: bytes) -> None:
    content = ONE + newline + newline + TWO + newline
    assert _read(tmp_path, name, content) == [(f"{name}:1", ONE), (f"{name}:3", TWO)]


def test_a_broken_first_line_of_json_lines(tmp_path: Path) -> None:
    content = b"\n".join([b"oops", ONE, b"{", TWO])
    expected = [("a:1", b"oops"), ("a:2", ONE), ("a:3", b"{"), ("a:4", TWO)]
    assert _read(tmp_path, "a", content) == expected


def test_one_json_object_over_several_lines_is_kept_byte_for_byte(tmp_path: Path) -> None:
    content = b'\n{\n  "id": "1",\n  "body": "caf\xc3\xa9 \\u00e9"\n}\n'
    assert _read(tmp_path, "a.json", content) == [("a.json:1", content.strip())]
    assert _read(tmp_path, "a", content) == [("a:1", content.strip())]


def test_an_array_with_the_line_of_each_element(tmp_path: Path) -> None:
    content = b'[\n  {"id": "1",\n   "body": "One."},\n\n  {"id": "2", "body": "]"}, 3\n]\n'
    assert _read(tmp_path, "a.json", content) == [
        ("a.json:2", b'{"id": "1",\n   "body": "One."}'),
        ("a.json:5", b'{"id": "2", "body": "]"}'),
        ("a.json:5", b"3"),
    ]
    assert _read(tmp_path, "a.json", b"[]") == []


def test_plain_text_is_an_article_named_after_its_file(tmp_path: Path) -> None:
    ((where, value),) = _read(tmp_path, "storm.txt", "\ufeffA storm.\nIt passed.\n".encode())
    assert where == "storm.txt:1"
    assert json.loads(value) == {"id": "storm", "body": "A storm.\nIt passed.\n"}


def test_text_that_begins_like_json_is_text_when_told_so(tmp_path: Path) -> None:
    ((_, value),) = _read(tmp_path, "a", b"{not json}", "text")
    assert json.loads(value)["body"] == "{not json}"


def test_text_with_id_and_title(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Body.")
    (record,) = Source([str(tmp_path / "a.txt")], identifier="x", title="T").records()
    assert json.loads(record.value) == {"id": "x", "title": "T", "body": "Body."}


def test_standard_input_is_read_line_by_line(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = io.BytesIO(ONE + b"\n" + TWO + b"\n")
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=pipe))
    records = Source(["-"]).records()
    assert next(records).value == ONE
    assert pipe.tell() <= len(ONE) + 1, "the second line is left in the pipe until it is asked for"
    assert next(records) == Record("-:2", TWO, len(ONE) + len(TWO) + 2)


def test_what_would_be_a_dead_letter_is_refused_with_its_reason_and_the_others_go_on() -> None:
    bad = {
        b"\xff{}": "not_utf8",
        b"nope": "not_json",
        b"[]": "wrong_shape",
        b'{"id": "1", "body": 1}': "wrong_shape",
        b'{"body": "x"}': "no_identity",
        b'{"id": "1"}': "no_body",
        b'{"id": "1", "body": " "}': "empty_body",
        b'{"id": "1", "body": "123456"}': "body_too_large",
        b'{"id": "1", "body": "\\ud800"}': "lone_surrogates",
        b'{"id": "1", "body": "x", "m": ' + b"[" * 200 + b"]" * 200 + b"}": "too_deep",
    }
    records = [Record(f"f:{number}", value) for number, value in enumerate([ONE[:-2] + b'"}', *bad, TWO])]
    refused: list[tuple[str, str]] = []
    good = list(check(records, Limits(body=5), lambda where, reason: refused.append((where, reason))))
    assert [(one.id, one.event.offset) for one in good] == [("1", 0), ("2", 1)]
    assert [(where, reason.split(":")[0]) for where, reason in refused] == [
        (f"f:{number}", reason) for number, reason in enumerate(bad.values(), 1)
    ]


def test_a_retraction_and_an_article_known_by_its_url_are_good() -> None:
    values = [b'{"id": "r", "status": "retracted"}', b'{"url": "http://example.org/a", "body": "x"}']
    good = check([Record("f:1", value) for value in values], Limits(), lambda *_: None)
    assert [one.id[:4] for one in good] == ["r", "url:"]

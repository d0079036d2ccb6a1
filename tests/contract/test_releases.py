"""Snapshots of releases: complete, never written again, and each with its commit."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from service import __version__
from topics import releases
from topics.releases import Snapshot, broken, contract, keep, released


def versions() -> list[str]:
    return sorted({".".join(map(str, snapshot.version)) for snapshot in released()})


def test_every_release_before_this_one_has_its_commit() -> None:
    assert list(releases.commits()) == [version for version in versions() if version != __version__]


def test_this_version_is_kept_as_it_is() -> None:
    """Who changes the contract after a release bumps the version; `make release` keeps the new one."""
    kept = {snapshot.path: snapshot.text for snapshot in released() if snapshot.name.startswith(f"{__version__} ")}
    assert kept == contract()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The topics' folders with what was released of 0.1.0."""
    for path in releases.HERE.glob("*/released/0.1.0.*"):
        place = tmp_path / path.relative_to(releases.HERE)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, place)
    return tmp_path


def test_a_release_keeps_every_file_and_once_only(root: Path) -> None:
    written = keep("7.0.0", contract(), root)
    assert {f"{path.parent.parent.name}/{path.name.removeprefix('7.0.0.')}" for path in written} == set(contract())
    assert {snapshot.path: snapshot.text for snapshot in released(root) if snapshot.version == (7, 0, 0)} == contract()
    assert keep("7.0.0", contract(), root) == []


def test_a_topic_that_is_new_is_kept_beside_the_others(root: Path) -> None:
    keep("7.0.0", contract(), root)
    now = {**contract(), "articles.new/topic.toml": contract()["articles.dead/topic.toml"]}
    assert [path.name for path in keep("7.0.0", now, root)] == ["7.0.0.topic.toml"]


def test_what_is_released_is_not_written_again(root: Path) -> None:
    keep("7.0.0", contract(), root)
    before = {path: path.read_text() for path in root.glob("*/released/*")}
    now = {**contract(), releases.THEMES: json.dumps(["tariffs", "trade", "ai-partnerships", "elections"])}
    with pytest.raises(ValueError, match=r"7\.0\.0 .*themes\.json: is released and differs now; bump"):
        keep("7.0.0", now, root)
    assert {path: path.read_text() for path in root.glob("*/released/*")} == before


def test_a_break_is_not_released(root: Path) -> None:
    with pytest.raises(ValueError, match=r"0\.1\.0 .*themes\.json: trade: the theme is gone"):
        keep("7.0.0", {**contract(), releases.THEMES: '["tariffs", "ai-partnerships"]'}, root)


def test_a_version_older_than_what_is_released_is_none(root: Path) -> None:
    with pytest.raises(ValueError, match="is of a later version"):
        keep("0.0.9", contract(), root)


def test_versions_are_compared_as_numbers(root: Path) -> None:
    keep("0.9.0", contract(), root)
    assert keep("0.10.0", contract(), root)


def test_a_file_that_is_gone_is_a_break() -> None:
    assert broken(Snapshot((0, 1, 0), "articles.old/topic.toml", ""), contract()) == ["articles.old/topic.toml is gone"]

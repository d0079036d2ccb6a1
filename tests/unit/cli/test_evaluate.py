"""``wiretag evaluate``: what it cannot read or write is told before any tagging."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from service.__main__ import main


def test_a_folder_without_labels_says_which_file_is_missing(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["evaluate", str(tmp_path)])
    assert result.exit_code == 1
    assert result.stderr == f"wiretag: {tmp_path / 'articles.jsonl'}: No such file or directory\n"


def test_a_file_that_cannot_be_written_is_wrong_usage(tmp_path: Path) -> None:
    result = CliRunner().invoke(
        main, ["evaluate", str(tmp_path), "--predictions", str(tmp_path / "none" / "out.jsonl")]
    )
    assert result.exit_code == 2
    assert "there is no folder" in result.stderr

"""The rule on skips: development data may be absent, and CI=true lets nothing else go."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).parents[1] / "conftest.py"
TESTS = """
import pytest

@pytest.mark.shared
def test_needs_data(shared):
    assert shared.is_dir()

def test_plain():
    pass
"""
SKIP = """
def test_skips():
    pytest.skip("no such tool")
"""


def _run(folder: Path, tests: str, data: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    shutil.copy(CONFTEST, folder)
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = shared\n")
    (folder / "test_it.py").write_text(tests)
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder)],
        env={**os.environ, "CI": "", "WIRETAG_SHARED": str(data), **environment},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_the_data_its_tests_are_left_out_and_that_is_said(tmp_path: Path) -> None:
    done = _run(tmp_path, TESTS, tmp_path / "absent", CI="true")
    assert done.returncode == 0, done.stdout
    assert "1 passed, 1 deselected" in done.stdout
    assert "left out: the tests that need the development data" in done.stdout


def test_with_the_data_they_run(tmp_path: Path) -> None:
    assert "2 passed" in _run(tmp_path, TESTS, tmp_path, CI="true").stdout


@pytest.mark.parametrize(("ci", "status"), [("true", 1), ("", 0)])
def test_any_other_skip_fails_where_ci_is_true(tmp_path: Path, ci: str, status: int) -> None:
    done = _run(tmp_path, TESTS + SKIP, tmp_path, CI=ci)
    assert done.returncode == status
    assert ("skipped, which CI=true forbids" in done.stdout) == bool(status)


@pytest.mark.parametrize(("ci", "status"), [("true", 2), ("", 0)])
def test_also_that_of_a_whole_module(tmp_path: Path, ci: str, status: int) -> None:
    skipped = TESTS + "\npytest.importorskip('no_such_module')\n"
    (tmp_path / "test_other.py").write_text(TESTS.replace("test_", "test_other_"))
    assert _run(tmp_path, skipped, tmp_path, CI=ci).returncode == status

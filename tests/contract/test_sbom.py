"""The bill of materials and the audit are of what the image installs, package for package."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
RUNTIME, TRACING = "requirements/runtime.txt", "requirements/tracing.txt"


def command(target: str) -> list[str]:
    """What ``make`` would run last, with the program of this Python."""
    told = subprocess.run(
        ["make", "--no-print-directory", "--dry-run", target],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    program, *arguments = shlex.split(told.stdout.splitlines()[-1])
    return [str(Path(sys.executable).with_name(Path(program).name)), *arguments]


def locked(requirements: str) -> list[tuple[Requirement, list[str]]]:
    """Every requirement with its hashes; one for another system or Python too."""
    text = (ROOT / requirements).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    return [
        (Requirement(line.partition("--hash")[0].strip()), sorted(re.findall(r"sha256:(\w+)", line))) for line in lines
    ]


def listed(component: dict[str, Any]) -> tuple[str, str, list[str]]:
    hashes = [one["content"] for reference in component["externalReferences"] for one in reference["hashes"]]
    return component["name"], f"=={component['version']}", sorted(hashes)


def test_the_bill_lists_what_is_locked_and_nothing_else(tmp_path: Path) -> None:
    words = command("sbom")
    words[words.index("-o") + 1 :] = [str(tmp_path / "bill.json"), "--no-validate", RUNTIME]  # we do, below
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "bill.json").read_text(encoding="utf-8")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    bill = json.loads(text)
    wanted = [(one.name, str(one.specifier), hashes) for one, hashes in locked(RUNTIME)]
    assert sorted(map(listed, bill["components"])) == sorted(wanted)
    assert bill["metadata"]["component"]["name"] == "wiretag"


def test_the_audit_looks_at_every_package_that_is_installed() -> None:
    """As far as it gets without the internet: whom it would ask about."""
    words = [*command("audit"), "--dry-run", "--progress-spinner", "off"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    here = [one for one, _ in locked(RUNTIME) if one.marker is None or one.marker.evaluate()]
    assert f"would have audited {len(here)} packages" in done.stderr


def test_with_tracing_is_what_the_service_has_and_more() -> None:
    plain, more = ({str(one): hashes for one, hashes in locked(file)} for file in (RUNTIME, TRACING))
    assert plain.items() <= more.items()
    assert any(name.startswith("opentelemetry-sdk==") for name in more)

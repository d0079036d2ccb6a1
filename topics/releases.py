"""The contract as it was in each release: ``make release`` keeps the present one, under the version of the service.

A snapshot is ``<topic>/released/<version>.<file>``; it is never written again. ``releases.toml`` names the commit of
each version, so that tests can run it.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from service import __version__
from service.nlp import taxonomy
from topics import catalogue, schemas
from topics.compatibility import breaks
from topics.evolution import direction, reason_breaks, theme_breaks, topic_breaks

HERE = schemas.HERE
THEMES = "articles.enriched.theme/themes.json"
Contract = Mapping[str, str]  # path below ``topics/`` -> text


@dataclass(frozen=True, slots=True, order=True)
class Snapshot:
    """One file of the contract as it was in a release. ``version`` is (0, 1, 0); ``path`` as in ``Contract``."""

    version: tuple[int, ...]
    path: str
    text: str

    @property
    def name(self) -> str:
        return f"{'.'.join(map(str, self.version))} {self.path}"


def contract() -> Contract:
    """What others rely on, as it is now."""
    files = {f"{folder}/topic.toml": (HERE / folder / "topic.toml").read_text("utf-8") for folder in catalogue.FOLDERS}
    reasons = "articles.dead/reasons.toml"
    return {
        **files,
        **{path: schemas.render(path) for path in schemas.SCHEMAS},
        reasons: (HERE / reasons).read_text("utf-8"),
        THEMES: json.dumps(sorted(theme.id for theme in taxonomy.load())) + "\n",
    }


def released(root: Path = HERE) -> list[Snapshot]:
    """Every snapshot, the oldest version first."""
    return sorted(map(_snapshot, root.glob("*/released/*")))


def commits() -> dict[str, str]:
    """The commit of each released version."""
    return {
        version: str(told["commit"]) for version, told in tomllib.loads((HERE / "releases.toml").read_text()).items()
    }


def broken(old: Snapshot, now: Contract) -> list[str]:
    """What somebody who relies on the snapshot would meet, one line each."""
    if old.path not in now:
        return [f"{old.path} is gone"]
    folder, new = old.path.partition("/")[0], now[old.path]
    compare: Callable[[str, str], list[str]]
    match old.path.partition("/")[2]:
        case "topic.toml":
            compare = topic_breaks
        case "reasons.toml":
            compare = reason_breaks
        case "themes.json":
            compare = theme_breaks
        case _:
            way = direction(now[f"{folder}/topic.toml"])
            return breaks(json.loads(old.text), json.loads(new), way)
    return compare(old.text, new)


def keep(version: str, now: Contract, root: Path = HERE) -> list[Path]:
    """Writes the snapshots that are missing; those written. Raises ValueError: all that forbids it, one a line."""
    problems = list(_problems(_version(version), now, root))
    if problems:
        raise ValueError("\n".join(problems))
    missing = [path for path in (_place(root, version, path) for path in now) if not path.exists()]
    for path in missing:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(now[_snapshot(path, "").path], encoding="utf-8")
    return missing


def _problems(version: tuple[int, ...], now: Contract, root: Path) -> Iterator[str]:
    for old in released(root):
        if old.version > version:
            yield f"{old.name}: is of a later version; bump service.__version__"
        elif old.version == version and old.text != now.get(old.path):
            yield f"{old.name}: is released and differs now; bump service.__version__"
        else:
            yield from (f"{old.name}: {line}" for line in broken(old, now))


def _place(root: Path, version: str, path: str) -> Path:
    folder, _, name = path.partition("/")
    return root / folder / "released" / f"{version}.{name}"


def _snapshot(path: Path, text: str | None = None) -> Snapshot:
    *numbers, name = path.name.split(".", 3)
    folder = path.parent.parent.name
    return Snapshot(_version(".".join(numbers)), f"{folder}/{name}", path.read_text("utf-8") if text is None else text)


def _version(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(".")))


def main() -> None:
    try:
        written = keep(__version__, contract())
    except ValueError as problems:
        sys.exit(str(problems))
    print("\n".join(str(path.relative_to(HERE)) for path in written) or f"{__version__} is kept already")


if __name__ == "__main__":
    main()

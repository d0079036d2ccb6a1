"""Writes embedded/kafka.lock: the jars of the embedded Kafka, each with its SHA-256. Run by `make lock`.

kafka-tools is there for its storage formatter alone; what it needs for Kafka Connect is left out.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from jgo.maven import Artifact, Dependency, MavenContext

KAFKA = "4.1.0"
LOG4J = "2.24.3"  # the release that this Kafka is built with
LOCK = Path(__file__).parent.parent / "service" / "runtime" / "embedded" / "kafka.lock"


def main() -> None:
    maven = MavenContext()
    kafka = maven.project("org.apache.kafka", "kafka_2.13").at_version(KAFKA).artifact()
    tools = maven.project("org.apache.kafka", "kafka-tools").at_version(KAFKA).artifact()
    logger = maven.project("org.apache.logging.log4j", "log4j-slf4j-impl").at_version(LOG4J).artifact()
    found = [*_with_needs(maven, kafka), tools, logger]
    LOCK.write_text("".join(sorted(_line(artifact) for artifact in found)), encoding="utf-8")


def _with_needs(maven: MavenContext, artifact: Artifact) -> list[Artifact]:
    given, needed = maven.resolver.resolve([Dependency(artifact)])
    return [dependency.artifact for dependency in [*given, *needed]]


def _line(artifact: Artifact) -> str:
    digest = hashlib.sha256(artifact.resolve().read_bytes()).hexdigest()
    return f"{artifact.groupId}:{artifact.artifactId}:{artifact.version} {digest}\n"


if __name__ == "__main__":
    main()

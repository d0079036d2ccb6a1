"""The broker that the tests of this folder share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from service.runtime.embedded.broker import EmbeddedKafka
from tests.runtime.secure.cluster import LISTENERS, USERS, Certificates, Cluster, properties


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="session")
def secure(certificates: Certificates) -> Iterator[EmbeddedKafka]:
    """Shared: what a test is allowed by ACLs is allowed on topics of its prefix only."""
    mechanisms = ("SCRAM-SHA-256", "SCRAM-SHA-512")
    scram = [f"{one}=[name={name},password={word}]" for one in mechanisms for name, word in USERS.items()]
    with EmbeddedKafka(properties=properties(certificates), progress=print, listeners=LISTENERS, scram=scram) as broker:
        yield broker


@pytest.fixture
def cluster(secure: EmbeddedKafka, certificates: Certificates, topic_prefix: str) -> Cluster:
    return Cluster(secure, certificates, topic_prefix)

"""Passwords, SCRAM and certificates on a real broker: what fits works, what does not is said at once and in words."""

from __future__ import annotations

import asyncio
import re

import pytest
from cryptography.hazmat.primitives import serialization as to

from service.errors import AccessDenied
from service.runtime.kafka import topics_admin
from service.settings import load
from tests.runtime.secure.cluster import Cluster

pytestmark = pytest.mark.kafka
ARTICLE = '{"id": "fjordposten.example:1", "body": "The ferry to Storholmen sails again."}'
WAYS = {
    "PLAIN over TLS": ("PLAIN", "PASSWORD"),
    "SCRAM-SHA-256 over TLS": ("SCRAM-SHA-256", "PASSWORD"),
    "SCRAM-SHA-512 over TLS": ("SCRAM-SHA-512", "PASSWORD"),
    "SCRAM-SHA-512 without TLS": ("SCRAM-SHA-512", "CLEAR"),
    "a certificate of our own": ("", "MUTUAL"),
}


@pytest.mark.parametrize("way", WAYS)
def test_topics_are_made_and_an_article_is_stored(cluster: Cluster, way: str) -> None:
    settings = cluster.settings("admin", *WAYS[way])
    named = {name.removeprefix("WIRETAG_").lower(): value for name, value in settings.items()}
    asyncio.run(topics_admin.create(load(**named)))
    published = cluster.run(settings, "publish", "-", given=ARTICLE)
    assert (published.returncode, published.stderr[:11]) == (0, "1 published")


REFUSALS = {
    "wrong password": ("PLAIN", "PASSWORD", {"sasl_password": "wrong"}, "user 'admin' or the password is refused"),
    "wrong password for SCRAM": (
        "SCRAM-SHA-512",
        "PASSWORD",
        {"sasl_password": "wrong"},
        "user 'admin' or the password is refused (SCRAM-SHA-512)",
    ),
    "unknown user": ("SCRAM-SHA-256", "CLEAR", {"sasl_username": "nobody"}, "user 'nobody' or the password is refused"),
    "unknown CA": ("PLAIN", "PASSWORD", {"ssl_cafile": "foreign-ca.pem"}, "its certificate is not trusted"),
    "the system's CAs": ("PLAIN", "PASSWORD", {"ssl_cafile": ""}, "its certificate is not trusted"),
    "no certificate": (
        "",
        "MUTUAL",
        {"ssl_certfile": "", "ssl_keyfile": ""},
        "it refuses our certificate: certificate",
    ),
    "certificate of a stranger": (
        "",
        "MUTUAL",
        {"ssl_certfile": "stranger.pem", "ssl_keyfile": "stranger.key"},
        "it refuses our certificate: certificate unknown",
    ),
    "no TLS where there is": (
        "PLAIN",
        "PASSWORD",
        {"security_protocol": "SASL_PLAINTEXT", "ssl_cafile": ""},
        "SASL_PL",
    ),
    "TLS where there is none": ("PLAIN", "CLEAR", {"security_protocol": "SASL_SSL"}, "SECURITY_PROTOCOL SASL_SSL?"),
}


def changed(cluster: Cluster, settings: dict[str, str], changes: dict[str, str]) -> dict[str, str]:
    """A value that is a file's name is that file's path."""
    folder = cluster.certificates.ca.parent
    paths = {
        name: str(folder / value) if value.endswith((".pem", ".key")) else value for name, value in changes.items()
    }
    return settings | {f"WIRETAG_{name.upper()}": value for name, value in paths.items()}


@pytest.mark.parametrize("case", REFUSALS)
async def test_a_refusal_says_which_setting(cluster: Cluster, monkeypatch: pytest.MonkeyPatch, case: str) -> None:
    mechanism, listener, changes, words = REFUSALS[case]
    settings = changed(cluster, cluster.settings("admin", mechanism, listener), changes)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(AccessDenied, match=re.escape(words)) as told:
        await asyncio.wait_for(topics_admin.check(load()), 30)
    assert re.match(r"Kafka at 127\.0\.0\.1:\d+: ", str(told.value))


@pytest.mark.parametrize("arguments", [("topics", "create"), ("tail",)])
def test_a_refused_command_ends_with_one_line_and_status_1(cluster: Cluster, arguments: tuple[str, ...]) -> None:
    done = cluster.run({**cluster.settings("admin"), "WIRETAG_SASL_PASSWORD": "wrong"}, *arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("wiretag: Kafka at ")
    assert "the user 'admin' or the password is refused" in done.stderr


def test_no_sasl_where_it_is_asked_for(cluster: Cluster) -> None:
    settings = cluster.settings("admin", listener="CLEAR")
    settings["WIRETAG_BOOTSTRAP_SERVERS"] = cluster.broker.bootstrap_servers
    done = cluster.run(settings, "publish", "-", given=ARTICLE)
    assert done.returncode == 1
    assert "this listener knows no SASL" in done.stderr


def test_another_host_than_the_certificate_names(cluster: Cluster) -> None:
    settings = cluster.settings("admin")
    settings["WIRETAG_BOOTSTRAP_SERVERS"] = settings["WIRETAG_BOOTSTRAP_SERVERS"].replace("127.0.0.1", "localhost")
    done = cluster.run(settings, "topics", "check")
    assert done.returncode == 1
    assert re.search(r"not trusted: Hostname mismatch.*'localhost'.*\(WIRETAG_BOOTSTRAP_SERVERS\)$", done.stderr)


def test_a_key_may_have_a_password_and_nobody_is_asked_for_it(cluster: Cluster) -> None:
    """OpenSSL would ask at the terminal: the run has none, so it would fail in other words, or hang."""
    certificates = cluster.certificates
    locked, word = certificates.ca.parent / "locked.key", certificates.ca.parent / "locked.password"
    key = to.load_pem_private_key(certificates.key.read_bytes(), password=None)
    sealed = to.BestAvailableEncryption("Schlüssel".encode())
    locked.write_bytes(key.private_bytes(to.Encoding.PEM, to.PrivateFormat.PKCS8, sealed))
    word.write_text("Schlüssel\n", encoding="utf-8")
    settings = {**cluster.settings("admin", "", "MUTUAL"), "WIRETAG_SSL_KEYFILE": str(locked)}
    refused = cluster.run(settings, "topics", "create")
    assert refused.returncode == 2
    assert "a key with a password needs WIRETAG_SSL_KEY_PASSWORD_FILE" in refused.stderr
    done = cluster.run({**settings, "WIRETAG_SSL_KEY_PASSWORD_FILE": str(word)}, "topics", "create")
    assert (done.returncode, done.stderr) == (0, "")


def test_what_is_no_certificate_is_said_to_be_none(cluster: Cluster) -> None:
    settings = cluster.settings("admin")
    done = cluster.run({**settings, "WIRETAG_SSL_CAFILE": str(cluster.certificates.key)}, "topics", "check")
    assert done.returncode == 2
    assert re.fullmatch(r"wiretag: WIRETAG_SSL_CAFILE: .*admin\.key holds no CA certificates: .*\n", done.stderr)

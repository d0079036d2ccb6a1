"""One broker with a listener for each way of being safe, and an authorizer that lets nobody do what no ACL allows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import trustme
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
)
from cryptography.hazmat.primitives import serialization as to

from service.runtime.embedded.broker import EmbeddedKafka
from topics import acls
from topics.acls import Acl

ROLES = tuple(acls.load())
USERS = {name: f"{name}-Passw0rd" for name in ("admin", *ROLES)}
ADMINISTRATORS = ("User:ANONYMOUS", "User:admin", "User:CN=admin")
LISTENERS = {"PASSWORD": "SASL_SSL", "CLEAR": "SASL_PLAINTEXT", "MUTUAL": "SSL"}


class Certificates:
    """A CA that the broker has, what it signed for an administrator, and a CA that nobody knows."""

    def __init__(self, folder: Path) -> None:
        authority, stranger = trustme.CA(), trustme.CA()
        self.ca, self.foreign_ca = folder / "ca.pem", folder / "foreign-ca.pem"
        authority.cert_pem.write_to_path(str(self.ca))
        stranger.cert_pem.write_to_path(str(self.foreign_ca))
        self.broker = authority.issue_cert("127.0.0.1", common_name="broker")
        self.certificate, self.key = self._written(folder, "admin", authority)
        self.foreign_certificate, self.foreign_key = self._written(folder, "stranger", stranger)

    @staticmethod
    def _written(folder: Path, name: str, authority: trustme.CA) -> tuple[Path, Path]:
        issued = authority.issue_cert(f"{name}.example", common_name=name)
        certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
        for number, part in enumerate(issued.cert_chain_pems):
            part.write_to_path(str(certificate), append=number > 0)
        issued.private_key_pem.write_to_path(str(key))
        return certificate, key


def properties(certificates: Certificates) -> dict[str, str]:
    chain = "".join(part.bytes().decode() for part in certificates.broker.cert_chain_pems)
    mechanisms = {
        f"listener.name.{name}.{setting}": value
        for name in ("password", "clear")
        for setting, value in {
            "sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512",
            "plain.sasl.jaas.config": _plain(),
            "scram-sha-256.sasl.jaas.config": "org.apache.kafka.common.security.scram.ScramLoginModule required;",
            "scram-sha-512.sasl.jaas.config": "org.apache.kafka.common.security.scram.ScramLoginModule required;",
        }.items()
    }
    return {
        **mechanisms,
        "ssl.keystore.type": "PEM",
        "ssl.keystore.certificate.chain": _one_line(chain),
        "ssl.keystore.key": _one_line(_pkcs8(certificates.broker)),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.certificates": _one_line(certificates.ca.read_text()),
        "listener.name.mutual.ssl.client.auth": "required",
        "ssl.principal.mapping.rules": "RULE:^.*CN=([^,]+).*$/CN=$1/",
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": ";".join(ADMINISTRATORS),
        "connection.failed.authentication.delay.ms": "10",
    }


def _plain() -> str:
    users = " ".join(f'user_{name}="{word}"' for name, word in USERS.items())
    return f"org.apache.kafka.common.security.plain.PlainLoginModule required {users};"


def _one_line(pem: str) -> str:
    """As Java's properties write a value of several lines."""
    return pem.replace("\n", "\\n")


def _pkcs8(issued: trustme.LeafCert) -> str:
    """Kafka reads no other form of a private key."""
    key = to.load_pem_private_key(issued.private_key_pem.bytes(), password=None)
    return key.private_bytes(to.Encoding.PEM, to.PrivateFormat.PKCS8, to.NoEncryption()).decode()


def _binding(acl: Acl, operation: str, user: str) -> AclBinding:
    kinds = {"transactional-id": ResourceType.TRANSACTIONAL_ID, "cluster": ResourceType.BROKER}
    kind = kinds.get(acl.resource) or ResourceType[acl.resource.upper()]
    pattern = ResourcePatternType[acl.pattern.upper()]
    allowed = AclOperation[re.sub(r"(?<!^)(?=[A-Z])", "_", operation).upper()]
    return AclBinding(kind, acl.name, pattern, f"User:{user}", "*", allowed, AclPermissionType.ALLOW)


class Cluster:
    """The broker as each user sees it: settings as environment variables, and `wiretag` run with them."""

    def __init__(self, broker: EmbeddedKafka, certificates: Certificates, prefix: str) -> None:
        self.broker, self.certificates, self.prefix = broker, certificates, prefix

    def settings(self, user: str, mechanism: str = "PLAIN", listener: str = "PASSWORD") -> dict[str, str]:
        """``mechanism`` is not used with ``MUTUAL``, where the certificate says who it is."""
        protocol = LISTENERS[listener]
        named = {"bootstrap_servers": self.broker.servers(listener), "security_protocol": protocol}
        if "SASL" in protocol:
            named |= {"sasl_mechanism": mechanism, "sasl_username": user, "sasl_password": USERS[user]}
        if "SSL" in protocol.replace("SASL", ""):
            named |= {"ssl_cafile": str(self.certificates.ca)}
        if listener == "MUTUAL":
            named |= {"ssl_certfile": str(self.certificates.certificate), "ssl_keyfile": str(self.certificates.key)}
        named |= {"topic_prefix": self.prefix, "group_id": f"{self.prefix}group"}
        return {f"WIRETAG_{name.upper()}": value for name, value in named.items()}

    def grant(self, role: str, without: str = "") -> None:
        """To the user of the same name, all that the role needs but for one kind of resource."""
        values = {
            acls.SERVICE_GROUP: f"{self.prefix}group",
            acls.OWN_GROUP: f"{self.prefix}{role}",
            acls.THEME: "tariffs",
        }
        granted = [acl for acl in acls.load()[role].filled(self.prefix, values) if acl.resource != without]
        bindings = [_binding(acl, operation, role) for acl in granted for operation in acl.allow]
        admin = AdminClient({"bootstrap.servers": self.broker.bootstrap_servers})
        for added in admin.create_acls(bindings).values():
            added.result(30)
        every = AclBindingFilter(
            ResourceType.ANY,
            None,
            ResourcePatternType.ANY,
            f"User:{role}",
            None,
            AclOperation.ANY,
            AclPermissionType.ANY,
        )
        # Trap: the controller confirms them before the broker knows.
        while not set(bindings) <= set(admin.describe_acls(every).result(30)):
            time.sleep(0.05)

    @staticmethod
    def run(settings: Mapping[str, str], *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        """Trap: a run without an end would hang the tests, so each has half a minute."""
        return subprocess.run(
            [sys.executable, "-m", "service", *arguments],
            env={**os.environ, **settings},
            input=given,
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )

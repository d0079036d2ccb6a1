"""Who may do what, as ``acls.toml`` says. Needs nothing but the standard library."""

from __future__ import annotations

import shlex
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.resources import files

SERVICE_GROUP, OWN_GROUP, THEME = "<service group>", "<own group>", "<theme>"
TOPIC_PREFIX = "<topic prefix>"


@dataclass(frozen=True, slots=True)
class Acl:
    """``resource``: topic, group, transactional-id or cluster. ``pattern``: literal, or prefixed (all that begins so).
    ``allow``: operations, as Kafka calls them.
    """

    resource: str
    name: str
    allow: tuple[str, ...]
    pattern: str = "literal"


@dataclass(frozen=True, slots=True)
class Role:
    """``does``: what it is there for. The names in ``acls`` hold placeholders until ``filled``."""

    name: str
    does: str
    acls: tuple[Acl, ...]

    @property
    def placeholders(self) -> set[str]:
        """What ``filled`` must be told."""
        return {word for word in (SERVICE_GROUP, OWN_GROUP, THEME) for acl in self.acls if word in acl.name}

    def filled(self, topic_prefix: str, values: Mapping[str, str]) -> tuple[Acl, ...]:
        """Its ACLs in one installation; ``values`` has every placeholder of the role."""
        known = {**values, TOPIC_PREFIX: topic_prefix}
        return tuple(_filled(acl, topic_prefix if acl.resource == "topic" else "", known) for acl in self.acls)


def load() -> dict[str, Role]:
    """Every role by its name."""
    entries = tomllib.loads((files("topics") / "acls.toml").read_text(encoding="utf-8"))
    return {name: Role(name, entry["does"], tuple(map(_acl, entry["acls"]))) for name, entry in entries.items()}


def command(acl: Acl, principal: str, bootstrap_servers: str) -> str:
    """The line that adds it with Kafka's own tool; ``principal`` such as ``User:wiretag``."""
    words = ["kafka-acls.sh", "--bootstrap-server", bootstrap_servers, "--command-config", "admin.properties", "--add"]
    words += ["--allow-principal", principal]
    words += [word for operation in acl.allow for word in ("--operation", operation)]
    words += [f"--{acl.resource}"] if acl.resource == "cluster" else [f"--{acl.resource}", acl.name]
    words += ["--resource-pattern-type", acl.pattern] if acl.pattern != "literal" else []
    return shlex.join(words)


def _acl(entry: dict[str, str | list[str]]) -> Acl:
    return Acl(**{**entry, "allow": tuple(entry["allow"])})  # type: ignore[arg-type]


def _filled(acl: Acl, topic_prefix: str, values: Mapping[str, str]) -> Acl:
    name = acl.name
    for placeholder, value in values.items():
        name = name.replace(placeholder, value)
    return replace(acl, name=topic_prefix + name)

"""Topics on the brokers as ``topics/*/topic.toml`` says: created where missing, compared where they exist."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Iterable, Mapping, Set
from dataclasses import dataclass
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from service.errors import AccessDenied, TopicsMismatch
from service.nlp import taxonomy
from service.runtime.kafka import clients, diagnosis
from service.settings import Settings
from topics import catalogue
from topics.catalogue import TopicSpec

logger = logging.getLogger(__name__)

UNLIMITED = -1  # of retention.ms
MISSING = "missing; `wiretag topics create` makes it"
HINT = "; or an ACL to see it is (`wiretag topics acls`)"
HIDDEN = "missing, or an ACL to see it is; and this user may create no topics (`wiretag topics acls`)"
PATIENCE = 30.0  # seconds until a topic that was created must be seen, and until a cluster must have a controller


@dataclass(frozen=True, slots=True)
class Found:
    """A topic as it is on the brokers."""

    partitions: int
    config: Mapping[str, str]


def wanted(settings: Settings) -> dict[str, TopicSpec]:
    """Every topic of this installation, by its full name."""
    specs = catalogue.load(theme.id for theme in taxonomy.load())
    return {settings.topic(spec.stream): spec for spec in specs}


async def create(settings: Settings) -> list[str]:
    """Creates what is missing and returns its names; what exists is left as it is, so that it may be called again."""
    async with _admin(settings) as admin:
        return await _create(admin, settings)


async def check(settings: Settings) -> None:
    """Raises TopicsMismatch: every topic that is missing or differs, one a line, and what to do about it."""
    async with _admin(settings) as admin:
        problems = _differences(await _found(admin, wanted(settings)), wanted(settings))
    if problems:
        raise TopicsMismatch("\n".join(problems))


async def prepare(settings: Settings) -> None:
    """What a worker does before it reads: it creates what is missing, and warns of what differs but works."""
    async with _admin(settings) as admin:
        if created := await _create(admin, settings):
            logger.info("created %s", ", ".join(created))
        for problem in _differences(await _found(admin, wanted(settings)), wanted(settings)):
            logger.warning(problem)


async def require(settings: Settings, names: Iterable[str]) -> None:
    """Raises TopicsMismatch where one of these topics is missing."""
    async with _admin(settings) as admin:
        await _require(admin, settings, names)


async def message_limit(settings: Settings, name: str) -> int:
    """Bytes that a record of the topic may have. Raises TopicsMismatch where there is no such topic."""
    async with _admin(settings) as admin:
        await _require(admin, settings, [name])
        asked = ConfigResource(ConfigResourceType.TOPIC, name, {"max.message.bytes": ""})
        return int((await _configs(admin, [asked]))[name]["max.message.bytes"])


@contextlib.asynccontextmanager
async def _admin(settings: Settings) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(**clients.connection(settings))
    try:
        async with diagnosis.told(settings):
            await start(admin)
            yield admin
    finally:
        await clients.end(admin.close())


async def start(admin: AIOKafkaAdminClient) -> None:
    """Trap: a broker that has just started, or woke up, knows of no broker and no controller for a moment, and what is
    asked for then ends in an AttributeError of aiokafka's.
    """
    await admin.start()
    try:
        async with asyncio.timeout(PATIENCE):
            while admin._client.cluster.controller is None:
                await asyncio.sleep(0.1)
                await admin._client.force_metadata_update()
    except TimeoutError:
        raise KafkaError(f"no controller within {PATIENCE:.0f} s") from None


async def _require(admin: AIOKafkaAdminClient, settings: Settings, names: Iterable[str]) -> None:
    hint = "" if settings.security_protocol == "PLAINTEXT" else HINT
    if missing := sorted(set(names) - set(await admin.list_topics())):
        raise TopicsMismatch("\n".join(f"{name}: {MISSING}{hint}" for name in missing))


async def _create(admin: AIOKafkaAdminClient, settings: Settings) -> list[str]:
    specs = wanted(settings)
    missing = specs.keys() - set(await admin.list_topics())
    if not missing:
        return []
    try:
        created = await _make(admin, settings, [specs[name] for name in missing])
    except diagnosis.NO_ACL:
        raise AccessDenied("\n".join(f"{name}: {HIDDEN}" for name in sorted(missing))) from None
    await _visible(admin, missing)
    return created


async def _make(admin: AIOKafkaAdminClient, settings: Settings, specs: Iterable[TopicSpec]) -> list[str]:
    replicas = settings.replication_factor or await _default_replication(admin)
    topics = [
        NewTopic(settings.topic(spec.stream), spec.partitions, replicas, topic_configs=dict(spec.config))
        for spec in specs
    ]
    answer = await admin.create_topics(topics)
    return sorted(name for name, code, message in answer.topic_errors if _created(name, code, message))


def _created(name: str, code: int, message: str | None) -> bool:
    """False: another process was faster, which is as good."""
    kind = for_code(code)
    if kind in diagnosis.NO_ACL:
        raise kind(name)
    if code and kind is not TopicAlreadyExistsError:
        raise TopicsMismatch(f"{name}: cannot be created: {message or kind.description}")
    return not code


async def _visible(admin: AIOKafkaAdminClient, names: Set[str]) -> None:
    """Trap: the controller confirms a topic before brokers know it, and Faust ignores for ever what is not there."""
    async with asyncio.timeout(PATIENCE):
        while not names <= set(await admin.list_topics()):  # noqa: ASYNC110 - there is no event to wait for
            await asyncio.sleep(0.1)


async def _default_replication(admin: AIOKafkaAdminClient) -> int:
    """Trap: the newest request that aiokafka speaks has no way to say "your default"."""
    brokers = (await admin.describe_cluster())["brokers"]
    asked = ConfigResource(ConfigResourceType.BROKER, str(brokers[0]["node_id"]), {"default.replication.factor": ""})
    (config,) = (await _configs(admin, [asked])).values()
    return int(config["default.replication.factor"])


async def _found(admin: AIOKafkaAdminClient, specs: Mapping[str, TopicSpec]) -> dict[str, Found]:
    """Of the topics wanted, those that exist."""
    there = {topic["topic"]: len(topic["partitions"]) for topic in await admin.describe_topics()}
    names = [name for name in specs if name in there]
    configs = await _configs(
        admin, [ConfigResource(ConfigResourceType.TOPIC, name, dict(specs[name].config)) for name in names]
    )
    return {name: Found(there[name], configs[name]) for name in names}


async def _configs(admin: AIOKafkaAdminClient, asked: list[ConfigResource]) -> dict[str, dict[str, str]]:
    answers = await admin.describe_configs(asked) if asked else []
    found: dict[str, dict[str, str]] = {}
    for code, message, _kind, name, entries in (resource for answer in answers for resource in answer.resources):
        if (problem := for_code(code)) in diagnosis.NO_ACL:
            raise problem(f"the settings of {name}")
        if code:
            raise TopicsMismatch(f"{name}: its settings cannot be read: {message or problem.description}")
        found[name] = {entry[0]: entry[1] for entry in entries}
    return found


def _differences(found: Mapping[str, Found], specs: Mapping[str, TopicSpec]) -> list[str]:
    return [problem for name, spec in specs.items() for problem in _compare(name, spec, found.get(name))]


def _compare(name: str, spec: TopicSpec, found: Found | None) -> Iterable[str]:
    if found is None:
        yield f"{name}: {MISSING}"
        return
    if found.partitions < spec.partitions:
        yield (
            f"{name}: {found.partitions} partitions, {spec.partitions} wanted; "
            f"kafka-topics.sh --alter --topic {name} --partitions {spec.partitions} (keys move)"
        )
    for setting, value in spec.config.items():
        if not _serves(found.config[setting], value):
            yield (
                f"{name}: {setting} is {found.config[setting]}, {value} wanted; "
                f"kafka-configs.sh --alter --topic {name} --add-config {setting}={_quoted(value)}"
            )


def _quoted(value: str) -> str:
    """As ``kafka-configs.sh`` wants a list."""
    return f"[{value}]" if "," in value else value


def _serves(found: Any, value: str) -> bool:
    """Sizes and times may be larger than wanted; words (cleanup.policy) must be the same, in any order."""
    if value.isdecimal():
        return int(found) == UNLIMITED or int(found) >= int(value)
    return set(found.split(",")) == set(value.split(","))

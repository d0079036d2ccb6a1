"""Where the group stands, and what was decided before: both were written in the same transactions.

The producer must have been started before: from then on nobody else writes, and nothing of what was is still open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from service.codec import duplicates
from service.duplicates.stories import MINUTE
from service.model import Rejected, Standing
from service.runtime.kafka import clients
from service.runtime.kafka.reader import committed, raw_event
from service.settings import Settings

SLACK = 60 * MINUTE  # ms by which clocks may differ
AT_ONCE = 2000  # records


@dataclass(frozen=True, slots=True)
class Place:
    """``offsets``: what is read next, by partition. ``horizon``: as ``Stories`` has it; None before the first run."""

    offsets: dict[int, int]
    horizon: int | None

    def metadata(self) -> str:
        return "" if self.horizon is None else str(self.horizon)


async def place(settings: Settings, group: str, topic: str, partitions: Iterable[int]) -> Place:
    """Of the group; a partition of which it has no position is read from its start."""
    wheres = [TopicPartition(topic, partition) for partition in sorted(partitions)]
    admin = AIOKafkaAdminClient(**clients.connection(settings))
    try:
        await admin.start()
        known = await committed(admin, group, wheres)
    finally:
        await clients.end(admin.close())
    horizons = [int(one.metadata) for one in known.values() if one.metadata.isdecimal()]
    offsets = {where.partition: max(0, known[where].offset) for where in wheres}
    return Place(offsets, max(horizons, default=None))


async def decided(settings: Settings, topic: str, horizon: int, tell: Callable[[int, int], None]) -> list[Standing]:
    """The newest standing of each article first seen since the horizon. ``tell``: records read, offsets to go."""
    consumer = clients.consumer(settings)
    try:
        await consumer.start()
        wheres = await _seek(consumer, topic, horizon * MINUTE - SLACK)
        return await _read(consumer, wheres, horizon, tell)
    finally:
        await clients.end(consumer.stop())


async def _seek(consumer: AIOKafkaConsumer, topic: str, since: int) -> dict[TopicPartition, int]:
    """The ends of the partitions that hold something newer, from where they are read."""
    every = [TopicPartition(topic, partition) for partition in await consumer._client._wait_on_metadata(topic)]
    starts = await consumer.offsets_for_times(dict.fromkeys(every, max(0, since)))
    ends = await consumer.end_offsets(every)
    wheres = {where: int(ends[where]) for where in every if starts[where] and starts[where].offset < ends[where]}
    consumer.assign(list(wheres))
    for where in wheres:
        consumer.seek(where, starts[where].offset)
    return wheres


async def _read(
    consumer: AIOKafkaConsumer, ends: dict[TopicPartition, int], horizon: int, tell: Callable[[int, int], None]
) -> list[Standing]:
    newest: dict[str, Standing] = {}
    done = 0
    going = dict(ends)
    while going:
        arrived = await consumer.getmany(*going, timeout_ms=500, max_records=AT_ONCE)
        for record in [record for records in arrived.values() for record in records]:
            done += 1
            standing = duplicates.read(raw_event(record))
            if not isinstance(standing, Rejected) and standing.first_seen // MINUTE >= horizon:
                newest[standing.id] = standing
        positions = {where: await consumer.position(where) for where in going}
        going = {where: end for where, end in going.items() if positions[where] < end}
        tell(done, sum(end - positions[where] for where, end in going.items()))
    return list(newest.values())

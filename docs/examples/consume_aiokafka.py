"""Follow a topic of wiretag with aiokafka, for ever; after a restart it goes on where it stood.

python consume_aiokafka.py BROKERS TOPIC GROUP DATABASE
python consume_aiokafka.py 127.0.0.1:9092 articles.enriched.tariffs tariff-desk articles.db
"""

import asyncio
import contextlib
import sys

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import CommitFailedError
from articles import Articles


async def follow(brokers, topic, group, articles):
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=brokers,
        group_id=group,
        isolation_level="read_committed",  # the default shows records of aborted transactions
        auto_offset_reset="earliest",  # a new group begins with what is there
        enable_auto_commit=False,
        max_partition_fetch_bytes=16 * 1024 * 1024,
    )
    async with consumer:
        while True:
            batches = await consumer.getmany(timeout_ms=1000, max_records=500)
            messages = [message for batch in batches.values() for message in batch]
            if messages:
                articles.apply((dict_of(message.headers), message.value) for message in messages)
                with contextlib.suppress(CommitFailedError):  # another consumer took over, and will read them again
                    await consumer.commit()


def dict_of(headers):
    return {name: value.decode() for name, value in headers}


if __name__ == "__main__":
    *where, database = sys.argv[1:]
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(follow(*where, Articles(database)))

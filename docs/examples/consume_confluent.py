"""Follow a topic of wiretag with confluent-kafka, for ever; after a restart it goes on where it stood.

python consume_confluent.py BROKERS TOPIC GROUP DATABASE
python consume_confluent.py 127.0.0.1:9092 articles.enriched.tariffs tariff-desk articles.db
"""

import contextlib
import sys

from articles import Articles
from confluent_kafka import Consumer, KafkaException


def follow(brokers, topic, group, articles):
    consumer = Consumer(
        {
            "bootstrap.servers": brokers,
            "group.id": group,
            "isolation.level": "read_committed",  # librdkafka's default; Java's is not
            "auto.offset.reset": "earliest",  # a new group begins with what is there
            "enable.auto.commit": False,
            "session.timeout.ms": 10_000,  # after a kill its partitions wait so long for another consumer
            "fetch.message.max.bytes": 16 * 1024 * 1024,
        }
    )
    consumer.subscribe([topic])
    try:
        while True:
            messages = consumer.consume(num_messages=500, timeout=1.0)
            for message in messages:
                if message.error():
                    raise KafkaException(message.error())
            if messages:
                articles.apply((dict_of(message.headers()), message.value()) for message in messages)
                consumer.commit(asynchronous=False)
    finally:
        consumer.close()


def dict_of(headers):
    return {name: value.decode() for name, value in headers}


if __name__ == "__main__":
    *where, database = sys.argv[1:]
    with contextlib.suppress(KeyboardInterrupt):
        follow(*where, Articles(database))

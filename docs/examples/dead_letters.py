"""Show what became of your records: every dead letter whose key begins with your domain.

python dead_letters.py BROKERS TOPIC DOMAIN
python dead_letters.py 127.0.0.1:9092 articles.dead fjordposten.example
"""

import json
import sys

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition


def dead_letters(brokers, topic, domain):
    """Yields their headers, name -> text. The value is your record, byte for byte."""
    consumer = Consumer({"bootstrap.servers": brokers, "group.id": "unused", "enable.partition.eof": True})
    unread = set(consumer.list_topics(topic, timeout=10).topics[topic].partitions)
    consumer.assign([TopicPartition(topic, partition, 0) for partition in unread])
    while unread:
        message = consumer.poll(10)
        if message is None:
            raise TimeoutError("the brokers do not answer")
        if not message.error():
            if (message.key() or b"").startswith(domain.encode()):
                yield {name: value.decode(errors="replace") for name, value in message.headers()}
        elif message.error().code() == KafkaError._PARTITION_EOF:
            unread.discard(message.partition())
        else:
            raise KafkaException(message.error())
    consumer.close()


if __name__ == "__main__":
    for headers in dead_letters(*sys.argv[1:]):
        print(json.dumps(headers))

"""Send articles, each with an ``id``, with confluent-kafka, and wait until they are stored.

python publish_confluent.py BROKERS TOPIC < articles.jsonl
python publish_confluent.py 127.0.0.1:9092 articles.raw < articles.jsonl
"""

import json
import sys

from confluent_kafka import KafkaException, Producer


def publish(brokers, topic, articles):
    """Returns what could not be stored, one line each."""
    refused = []

    def stored(error, message):
        if error:
            refused.append(f"{message.key().decode()}: {error}")

    producer = Producer(
        {
            "bootstrap.servers": brokers,
            "enable.idempotence": True,  # waits for all replicas, and a retry stores nothing twice
            "partitioner": "murmur2_random",  # as Java's: all publishers send one key to one partition
            "message.max.bytes": 4 * 1024 * 1024,  # what articles.raw takes
            "compression.type": "zstd",
            "linger.ms": 20,  # batches
        }
    )
    for article in articles:
        value = json.dumps(article, ensure_ascii=False).encode()
        try:
            producer.produce(topic, value, key=article["id"].encode(), on_delivery=stored)
        except KafkaException as problem:  # too large
            refused.append(f"{article['id']}: {problem}")
        while len(producer) > 1_000:  # what waits is in memory
            producer.poll(1)
    producer.flush()
    return refused


if __name__ == "__main__":
    sys.exit("\n".join(publish(*sys.argv[1:], map(json.loads, sys.stdin))) or 0)

"""The shell: Faust, Kafka, processes, metrics, web. ``wiretag worker`` is put together in ``app``.

app         the composition root of the worker, and all of Faust
stream/     life of the worker; partitions taken, read, tagged and published in transactions; the watchdog
tagging/    the tagging processes: the pool, and what runs in each
kafka/      how every client connects; topics as ``topics/`` defines them; reading and writing for the commands
telemetry/  metrics and their catalogue, health, logs, spans, memory
embedded/   a Kafka of our own for the demo and the tests
duplicates/ which articles tell a story told before: a process of its own
ending      asked to end, and gone in time
children    processes that end with us
"""

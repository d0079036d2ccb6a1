"""The shell: Faust, Kafka, processes, metrics, web. The programs, and what they share.

app          the worker: its composition root, and all of Faust
stream/      its life; partitions taken, read, tagged and published in transactions; the watchdog
duplicates/  ``wiretag duplicates``: which articles tell a story told before
web/         ``wiretag web``: paste an article and see its tags; watch what comes through
replays/     ``wiretag dead``, ``wiretag replay``: raw events published again

tagging/     the tagging processes: the pool, and what runs in each
kafka/       how every client connects; topics as ``topics/`` defines them; reading and writing for the commands
telemetry/   metrics and their catalogue, health, logs, spans, memory
embedded/    a Kafka of our own for the demo and the tests
ending       asked to end, and gone in time
children     processes that end with us
"""

"""The shell: Faust, Kafka, processes, metrics, web. ``wiretag worker`` is put together in ``app``.

app           the composition root, and all of Faust      life          start, health, end
agent         what Faust calls; the partitions we own     watch         lag, progress, the event loop's delay
partition     one partition: taken, read, published       metrics       what Prometheus reads; ``catalogue`` explains it
line          its events in order, each with its outcome  site          /metrics, /healthz, /readyz
reader        where the group stands, what is in a hole   logs          on standard error
publisher     one transactional producer a partition      topics_admin  topics as topics/ defines them
inflight      back-pressure                               clients       how every Kafka client connects
dispatch      which events go into the next job           publishing    raw articles in, for the command line
pool          the tagging processes                       tailing       output records out, for the command line
worker        what runs in each; ``tagging`` loads it     broker        the embedded Kafka; ``jars`` fetches it
warmup        articles to warm it with                    children      processes that end with us
memory        what they take
"""

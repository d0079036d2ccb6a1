"""From the raw topic to the output topics, each event once.

life       start, health, end                            publisher  a transactional producer
agent      what Faust calls; the partitions we own       inflight   back-pressure
partition  one partition: taken, read, published         dispatch   which events go into the next job
line       its events in order, each with its outcome    watch      lag, progress, the event loop's delay
"""

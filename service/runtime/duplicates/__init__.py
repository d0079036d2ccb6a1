"""``wiretag duplicates``: articles.enriched in, what is decided of each article out, each record once.

app      put together: taken over, restored, read, decided, published; the end
takeover where the group stands, and what was decided before
intake   the enriched records of all partitions, about in the order in which they were written
watch    lag and progress
metrics  what operators see
"""

"""Kafka, for every command.

clients        how every client connects              publishing    raw articles in
records        how every client reads records         tailing       output records out
decompression  how large a batch may become           reader        where the group stands, what is in a hole
diagnosis      why Kafka refuses us, for people       topics_admin  topics as topics/ defines them

scan           a topic from a moment on to its end    letters       dead letters, and receipts of their replay
versions       the newest version of each article     revival       which letters may be replayed
resending      records published to articles.raw again
history        history, replayed beside live traffic
"""

"""Kafka, for every command.

clients       how every client connects        publishing  raw articles in
topics_admin  topics as topics/ defines them   tailing     output records out
reader        where the group stands, what is in a hole

scan          a topic from a moment on to its end         letters  dead letters, and receipts of their replay
versions      the newest version of each article          revival  which letters may be replayed
resending     records published to articles.raw again     history  history, replayed beside live traffic
"""

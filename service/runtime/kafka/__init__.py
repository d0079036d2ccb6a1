"""Kafka, for every command.

clients       how every client connects        publishing  raw articles in
topics_admin  topics as topics/ defines them   tailing     output records out
reader        where the group stands, what is in a hole
"""

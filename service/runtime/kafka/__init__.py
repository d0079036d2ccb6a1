"""Kafka, for every command.

clients        how every client connects              publishing    raw articles in
records        how every client reads records         tailing       output records out
decompression  how large a batch may become           reader        where the group stands, what is in a hole
diagnosis      why Kafka refuses us, for people       topics_admin  topics as topics/ defines them
"""

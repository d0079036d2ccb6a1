"""Kafka, for every command.

clients       how every client connects              publishing  raw articles in
records       how every client reads records         tailing     output records out
diagnosis     why Kafka refuses us, for people       reader      where the group stands, what is in a hole
topics_admin  topics as topics/ defines them
"""

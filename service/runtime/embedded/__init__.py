"""A real Apache Kafka without Docker or Java: ``broker`` runs it, ``jars`` fetches it."""

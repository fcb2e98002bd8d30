"""Intercoop on one machine: embedded PostgreSQL and Apache Kafka, and instances on top of them."""

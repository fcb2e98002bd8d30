"""PostgreSQL and Apache Kafka on this machine, from packages, with nothing installed beforehand."""

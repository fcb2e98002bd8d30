"""Apache Kafka: how a service connects, which topics it makes, and which cluster answers."""

"""Apache Kafka: how a service connects, which topics it makes, and which cluster answers."""

from aiokafka.errors import KafkaError

__all__ = ["KafkaError"]

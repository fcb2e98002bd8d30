"""What a cluster of Apache Kafka holds for a network: topics, users, rights and quotas."""

"""The consumer: what others publish becomes known here, each version once, with its effects."""

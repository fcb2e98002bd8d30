"""Communes: what people write of a place, and the one that is meant."""

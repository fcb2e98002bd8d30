"""Organisations of this instance, and what every other owner says of its own."""

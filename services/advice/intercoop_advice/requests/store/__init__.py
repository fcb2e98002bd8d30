"""Requests in SQL: those of this instance, and everybody's as they are published."""

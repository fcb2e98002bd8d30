"""The service's own tables, in SQL."""

"""The directory's own tables, in SQL."""

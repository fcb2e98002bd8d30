"""The tables of `events`, in SQL."""

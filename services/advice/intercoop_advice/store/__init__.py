"""The tables of `advice`, in SQL."""

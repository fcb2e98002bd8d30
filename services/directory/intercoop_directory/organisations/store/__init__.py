"""The tables of organisations, in SQL: this instance's own, and with them the whole network's."""

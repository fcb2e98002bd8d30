"""People of this instance: their mandates, and how to reach them."""

"""A small service with an HTTP API: things on a shelf, made, changed, listed and imported."""

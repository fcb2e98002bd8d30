"""A small service with an HTTP side: things on a shelf, made, changed, listed and imported."""

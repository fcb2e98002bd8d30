"""A small service that publishes things, remembers others' things, and counts what it is told."""

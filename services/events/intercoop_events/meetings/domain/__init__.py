"""What a meeting and its seats are, and how each is decided. Pure."""

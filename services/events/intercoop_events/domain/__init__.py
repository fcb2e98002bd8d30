"""What a meeting, its seats and a registration are, and how each is decided. Pure."""

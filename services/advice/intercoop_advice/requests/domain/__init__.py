"""What a request is, whom it asks, how it is decided, and what its people see. Pure."""

"""What a directory decides, pure: no clock, no randomness, no input or output."""

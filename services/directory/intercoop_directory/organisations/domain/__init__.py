"""What an organisation is, what is refused of it, and how it changes: pure."""

"""HTTP in: people register, and staff see who comes."""

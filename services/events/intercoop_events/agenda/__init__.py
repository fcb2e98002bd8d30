"""The network's meetings as somebody sees them: what comes, and where they stand in it."""

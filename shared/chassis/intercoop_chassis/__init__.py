"""How a service runs: from a committed change to everyone who follows it."""

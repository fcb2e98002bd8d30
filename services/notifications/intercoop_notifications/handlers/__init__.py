"""What the service does when something changes or somebody asks: load, decide, save, send."""

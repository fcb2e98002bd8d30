"""What the directory does when it is asked to: load, decide, save, publish."""

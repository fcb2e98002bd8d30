"""Load, decide, save, publish."""

"""What asker and helper decide, each about its own side, and how neighbours are ranked. Pure."""

"""Commands on a real network under real faults, and a checker of what became of them."""

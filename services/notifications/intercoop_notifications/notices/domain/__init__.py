"""Which changes people hear of, and what a notice says. Pure: no clock, no input or output."""

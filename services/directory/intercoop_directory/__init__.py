"""The directory: the co-operatives and people of one instance, and the network's."""

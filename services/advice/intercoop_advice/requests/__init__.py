"""The asker's side: what our co-operatives ask, whom, and what everybody asks."""

"""The helper's side: who asks our co-operatives, and what these make of it."""

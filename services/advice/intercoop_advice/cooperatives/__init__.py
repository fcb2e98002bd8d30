"""Co-operatives as every owner's directory publishes them: who can ask, who can be asked."""

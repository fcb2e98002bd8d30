"""The people of this instance, whom staff may register; their names stay here."""

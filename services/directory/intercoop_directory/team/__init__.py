"""Équipe: who is adviser, staff or operator of this instance, since when, and who has come in."""

"""Signing in, decided: codes, limits, and whose an address is."""

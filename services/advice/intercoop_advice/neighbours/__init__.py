"""Whom a request might ask, the best first, with the reasons for each."""

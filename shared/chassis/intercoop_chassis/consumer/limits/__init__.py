"""Limits: how much of one owner may become known here, so that nobody pays for another's excess."""

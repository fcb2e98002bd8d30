"""Load, decide, save, tell.

Whoever decides about a meeting or its seats locks the meeting first.
"""

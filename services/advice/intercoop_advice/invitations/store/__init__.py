"""Invitations in SQL: those that are shown, and those that wait for room."""

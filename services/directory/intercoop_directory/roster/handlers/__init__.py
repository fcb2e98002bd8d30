"""Mandates are given and ended, people invited, the list written as a file."""

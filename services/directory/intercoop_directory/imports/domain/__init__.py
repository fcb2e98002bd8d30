"""Spreadsheets as CSV: read however they were saved, applied row by row, and written again."""

"""Spreadsheets of organisations, in and out."""

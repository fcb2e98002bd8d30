"""Trades: what INSEE calls a NAF code, and the code that people mean by words."""

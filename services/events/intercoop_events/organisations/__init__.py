"""Organisations as every owner's directory publishes them: hosts, and where meetings may be."""

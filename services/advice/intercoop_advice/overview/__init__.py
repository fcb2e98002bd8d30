"""Peer advice as people see it: who asks us, what we asked, and what everybody asks."""

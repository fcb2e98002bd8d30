"""Notices that leave by mail, composed when they do."""

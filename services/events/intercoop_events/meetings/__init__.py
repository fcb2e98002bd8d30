"""Meetings of this instance and of the whole network, and the organiser's word on their seats."""

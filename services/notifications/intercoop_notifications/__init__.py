"""Notices to the people of an instance: in the application, live, and by mail."""

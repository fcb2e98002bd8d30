"""What each person wants to get by mail, by topic, and the link that stops it."""

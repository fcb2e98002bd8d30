"""What staff write: a meeting announced, changed, copied, cancelled."""

"""Help between worker co-operatives: requests, neighbours, offers."""

"""What operators see and do: parked changes, and what is wrong with a service."""

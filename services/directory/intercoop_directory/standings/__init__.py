"""What people may do here, by their dated mandates, and which of their sessions go on."""

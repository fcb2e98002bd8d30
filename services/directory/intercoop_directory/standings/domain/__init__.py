"""What people may do here, decided: rights of mandates, sessions, and the account with both."""

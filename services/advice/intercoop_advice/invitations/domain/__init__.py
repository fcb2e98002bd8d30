"""What an invitation is for those invited, what they may answer, and what its people see. Pure."""

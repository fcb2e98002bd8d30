"""Tables of sign-ins, and whose an address is."""

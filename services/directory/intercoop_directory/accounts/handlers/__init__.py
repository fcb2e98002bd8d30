"""What signing in does: asks for a code, writes the mail, takes the code, opens the session."""

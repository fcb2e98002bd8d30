"""People with their mandates, and with the state of their accounts."""

"""How people sign in: by a code that a mail carries, and what links a person to it."""

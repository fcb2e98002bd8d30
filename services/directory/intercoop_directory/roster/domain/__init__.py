"""What is read and decided of people: their accounts, whom to invite, the list as a file."""

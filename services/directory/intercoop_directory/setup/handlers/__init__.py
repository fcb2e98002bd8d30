"""What the first run does: changes what the owner says of itself, and tries whether mails leave."""

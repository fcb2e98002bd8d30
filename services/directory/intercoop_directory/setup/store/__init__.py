"""Tables of what the owner says of itself, and of the steps gone through."""

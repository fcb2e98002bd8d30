"""Calendar feeds: an organiser's for everybody, a person's by a secret."""

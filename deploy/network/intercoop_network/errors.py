"""What the cluster's operator can do something about."""


class NetworkError(Exception):
    """Says in a sentence what is wrong, what happened, and the remedy."""

"""What can go wrong with a machine, said in a sentence that names the remedy."""


class PlatformError(Exception):
    """A part of the local platform cannot start; the text is for the person who started it."""

"""Two time-outs of the product, shortened for tests that would wait them out."""

from intercoop_chassis.kafka import broker

SESSION_MS = 1000
"""A test's broker allows it (`group.min.session.timeout.ms`); real ones ask for 6 s."""


def shorten_metadata_age() -> None:
    """Consumers with a pattern look for new topics twice a second (`metadata.max.age.ms`)."""
    assert broker._METADATA_MS > 500
    broker._METADATA_MS = 500


def shorten_session_timeout() -> None:
    """A member of a group that was killed is given up after a second."""
    assert broker._SESSION_MS > SESSION_MS
    broker._SESSION_MS = SESSION_MS

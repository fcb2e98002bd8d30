"""The topics that an authorization error of aiokafka is about."""

from aiokafka.errors import TopicAuthorizationFailedError


def denied_topics(error: TopicAuthorizationFailedError) -> frozenset[str]:
    """The names of the topics that the broker does not allow.

    The error has no attribute for them: its first argument is one name where metadata or a fetch
    was refused, and a set of names where a commit or a transaction was.

    Upstream: none known.
    """
    named = error.args[0] if error.args else ()
    return frozenset({named} if isinstance(named, str) else named)

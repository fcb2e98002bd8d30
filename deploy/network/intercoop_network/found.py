"""What a cluster has, as it was found."""

from collections.abc import Mapping
from dataclasses import dataclass

from intercoop_network.wanted import Right


@dataclass(frozen=True, slots=True)
class TopicFound:
    """A topic as it is: `settings` are all in effect, `own` the names of those set on itself."""

    partitions: int
    replication: int
    settings: Mapping[str, str]
    own: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Found:
    """Everything a cluster has that a network may be concerned with.

    `users` have SCRAM-SHA-256 credentials; the passwords kept for `strangers` are not theirs here.
    """

    topics: Mapping[str, TopicFound]
    users: frozenset[str]
    rights: frozenset[Right]
    quotas: Mapping[str, Mapping[str, float]]
    strangers: frozenset[str] = frozenset()

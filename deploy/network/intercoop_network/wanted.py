"""What a cluster should have for a network: pure, from its file and the streams there are."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from intercoop_contracts.catalogue import STREAMS
from intercoop_contracts.streams import Stream
from intercoop_contracts.topics import topic_settings
from intercoop_network.file import NetworkFile, Owner, Quota

Streams = Sequence[Stream[Any]]  # Any: each stream has its own view

EVERYTHING = "*"
LIMITS = ("producer_byte_rate", "consumer_byte_rate", "request_percentage")


class Resource(StrEnum):
    """What a right is about."""

    TOPIC = "topic"
    GROUP = "group"
    TRANSACTION = "transactional id"
    CLUSTER = "cluster"


class Doing(StrEnum):
    """What a right allows or denies; reading and writing include describing."""

    READ = "read"
    WRITE = "write"
    ALL = "all"


@dataclass(frozen=True, slots=True, order=True)
class Right:
    """A principal may, or may not (`denied`), do this to what is so named or begins so."""

    principal: str
    resource: str
    name: str
    doing: str
    prefixed: bool = True
    denied: bool = False
    host: str = EVERYTHING

    @property
    def owner(self) -> str | None:
        """The user it is about; None when it is not about one user."""
        kind, _, name = self.principal.partition(":")
        return name if kind == "User" and name != EVERYTHING else None

    @property
    def in_words(self) -> str:
        may = "may not" if self.denied else "may"
        doing = "do anything to a" if self.doing == Doing.ALL else f"{self.doing} a"
        named = "that begins with" if self.prefixed else "with the name"
        which = "" if self.name == EVERYTHING else f" {named} {self.name}"
        where = "" if self.host == EVERYTHING else f" from {self.host}"
        return f"{self.principal} {may} {doing} {self.resource}{which}{where}"


@dataclass(frozen=True, slots=True)
class TopicWish:
    """How a topic should be."""

    partitions: int
    replication: int
    settings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Everything a network wants. `members` are let in, `revoked` are kept out."""

    topics: Mapping[str, TopicWish]
    members: frozenset[str]
    revoked: frozenset[str]
    quotas: Mapping[str, Mapping[str, float]]

    @property
    def rights(self) -> frozenset[Right]:
        return frozenset(right for owner in self.members for right in rights_of(owner))


def wanted(file: NetworkFile, streams: Streams = STREAMS) -> Wanted:
    """What the file wants. A revoked owner's topics are neither wanted nor touched."""
    members = [owner for owner in file.owner if not owner.revoked]
    return Wanted(
        topics=dict(_topics(file, members, streams)),
        members=frozenset(owner.slug for owner in members),
        revoked=frozenset(owner.slug for owner in file.owner if owner.revoked),
        quotas={owner.slug: limits(file.quota_of(owner)) for owner in members},
    )


def rights_of(owner: str) -> Iterable[Right]:
    """What an owner's services need, and no more: they create nothing and alter nothing.

    Every name ends in a dot, or `ouest` would also own what is `ouest-2`'s.
    """
    who = f"User:{owner}"
    return (
        Right(who, Resource.TOPIC, f"shared.{owner}.", Doing.WRITE),
        Right(who, Resource.TOPIC, "shared.", Doing.READ),
        Right(who, Resource.TOPIC, f"private.{owner}.", Doing.WRITE),
        Right(who, Resource.TOPIC, f"private.{owner}.", Doing.READ),
        Right(who, Resource.GROUP, f"{owner}.", Doing.READ),
        Right(who, Resource.TRANSACTION, f"{owner}.", Doing.WRITE),
    )


def shut_out(owner: str) -> Iterable[Right]:
    """Denials that act at once, also on connections that live, whatever else is allowed."""
    who = f"User:{owner}"
    whole = (Resource.TOPIC, Resource.GROUP, Resource.TRANSACTION)
    denials = [Right(who, one, EVERYTHING, Doing.ALL, prefixed=False, denied=True) for one in whole]
    cluster = Right(who, Resource.CLUSTER, "kafka-cluster", Doing.ALL, prefixed=False, denied=True)
    return (*denials, cluster)


def limits(quota: Quota) -> dict[str, float]:
    """A quota under Kafka's names; what has no limit is absent."""
    values = (
        quota.producer_bytes_per_second,
        quota.consumer_bytes_per_second,
        quota.request_percentage,
    )
    return {name: float(value) for name, value in zip(LIMITS, values, strict=True) if value}


def _topics(
    file: NetworkFile, owners: Iterable[Owner], streams: Streams
) -> Iterator[tuple[str, TopicWish]]:
    for owner in owners:
        choices = file.topics_of(owner)
        for stream in streams:
            topic = stream.topic(owner.slug)
            settings = {
                **topic_settings(topic),
                "min.insync.replicas": str(choices.min_in_sync),
                **choices.settings,
            }
            yield topic, TopicWish(choices.partitions, choices.replication, settings)

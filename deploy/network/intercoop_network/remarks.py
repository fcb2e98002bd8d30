"""What a plan leaves alone, with the reason."""

from collections.abc import Iterator

from intercoop_contracts.streams import parse_topic
from intercoop_network.access import Access
from intercoop_network.found import Found, TopicFound
from intercoop_network.wanted import TopicWish, Wanted, rights_of, shut_out


def refused(wanted: Wanted, found: Found) -> Iterator[str]:
    """What the file wants and a plan does not do."""
    for name, wish in wanted.topics.items():
        if there := found.topics.get(name):
            yield from _refused(name, wish, there)


def _refused(name: str, wish: TopicWish, there: TopicFound) -> Iterator[str]:
    counted = f"{name} has {there.partitions} partitions and the file wants {wish.partitions}"
    remedy = f"Write partitions = {there.partitions} for this owner"
    if there.partitions < wish.partitions:
        yield (
            f"{counted}: none are added, because keys would move to other partitions, and what "
            f"stays behind is never compacted away, erased persons included. {remedy}"
        )
    if there.partitions > wish.partitions:
        yield f"{counted}: Kafka cannot take partitions away. {remedy}"
    if there.replication != wish.replication:
        yield (
            f"{name} is on {there.replication} brokers and the file wants {wish.replication}: "
            "records are moved between brokers by kafka-reassign-partitions"
        )


def unknown(wanted: Wanted, found: Found, allowed: Access, operator: str | None) -> Iterator[str]:
    """What is on the cluster and not in the file."""
    ours = wanted.members | wanted.revoked | allowed.outside
    for name in sorted(found.topics.keys() - wanted.topics.keys()):
        if _owner(name) not in ours:
            yield f"topic {name}"
    for user in sorted(found.users - ours - {operator}):
        yield f"user {user}, who can connect (--revoke {user} shuts it out)"
    yield from _unknown_rights(found, allowed, ours)
    for user in sorted(found.quotas.keys() - ours):
        yield f"quota of {user}"


def _unknown_rights(found: Found, allowed: Access, ours: frozenset[str]) -> Iterator[str]:
    known = {right for owner in ours for right in (*rights_of(owner), *shut_out(owner))}
    for right in sorted(found.rights - known):
        if right.owner not in allowed.outside or right.denied:
            yield f"right: {right.in_words}"


def remarks(wanted: Wanted, found: Found, allowed: Access) -> Iterator[str]:
    """What its operator should know of owners that are ours."""
    for owner in sorted(allowed.outside & wanted.members):
        yield (
            f"{owner} is shut out though the file lets it in: write `revoked = true` there, "
            f"or let it in again with --restore {owner}"
        )
    for name in sorted(found.topics.keys() - wanted.topics.keys()):
        if _owner(name) in wanted.members:
            yield f"topic {name} is kept: no stream of this version has this name"
        elif _owner(name) in wanted.revoked | allowed.outside:
            yield f"topic {name} is kept: its owner is revoked (--delete {name} deletes it)"


def _owner(topic: str) -> str | None:
    name = parse_topic(topic)
    return name.owner if name else None

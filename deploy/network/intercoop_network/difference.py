"""From what a cluster has to what a network wants: a plan, and nothing that was not asked for."""

from collections.abc import Iterator

from intercoop_contracts.ids import with_the_same_tag
from intercoop_contracts.streams import parse_topic
from intercoop_network.access import Access, access, letting_in, shutting_out
from intercoop_network.errors import NetworkError
from intercoop_network.file import one_tag
from intercoop_network.found import Found, TopicFound
from intercoop_network.remarks import refused, remarks, unknown
from intercoop_network.steps import (
    AlterTopic,
    CreateTopic,
    DeleteTopic,
    Orders,
    Plan,
    SetQuota,
    Step,
)
from intercoop_network.wanted import LIMITS, TopicWish, Wanted


def plan(wanted: Wanted, found: Found, orders: Orders, operator: str | None = None) -> Plan:
    """The steps from `found` to `wanted`; `operator` is the user who asks.

    Shutting out comes first, deleting last. Raises `NetworkError` for an order that contradicts
    the file or the cluster, and for an owner whose ids would pass for another's; nothing is done
    then.
    """
    _check_deletions(wanted, found, orders)
    _check_tags(wanted, found)
    allowed = access(wanted, found, orders, operator)
    steps = (
        *shutting_out(allowed, found),
        *_topics(wanted, found),
        *letting_in(allowed, found, orders),
        *_quotas(wanted, found, allowed),
        *(DeleteTopic(name) for name in sorted(orders.delete)),
    )
    return Plan(
        steps=steps,
        refused=tuple(refused(wanted, found)),
        unknown=tuple(unknown(wanted, found, allowed, operator)),
        remarks=tuple(remarks(wanted, found, allowed)),
    )


def _check_deletions(wanted: Wanted, found: Found, orders: Orders) -> None:
    for name in sorted(orders.delete):
        if name in wanted.topics:
            raise NetworkError(
                f"--delete {name}: the file wants this topic, it would come back empty. Revoke "
                "its owner in the file, or take the owner out, first. Nothing was changed."
            )
        if name not in found.topics:
            raise NetworkError(f"--delete {name}: there is no such topic. Nothing was changed.")


def _check_tags(wanted: Wanted, found: Found) -> None:
    """No owner is let in beside one, be it of an earlier file, whose tag its ids would carry."""
    names = [parse_topic(topic) for topic in found.topics]
    there = {name.owner for name in names if name} | found.users | wanted.revoked
    for first, second in with_the_same_tag(sorted(there | wanted.members)):
        if wanted.members & {first, second}:
            raise NetworkError(
                f"{one_tag(first, second)}. Give the newer one another slug. Nothing was changed."
            )


def _topics(wanted: Wanted, found: Found) -> Iterator[Step]:
    for name, wish in wanted.topics.items():
        there = found.topics.get(name)
        if there is None:
            yield CreateTopic(name, wish)
        elif differing := _differing(wish, there):
            yield AlterTopic(name, differing)


def _differing(wish: TopicWish, there: TopicFound) -> dict[str, tuple[str | None, str]]:
    return {
        name: (there.settings.get(name), value)
        for name, value in wish.settings.items()
        if there.settings.get(name) != value
    }


def _quotas(wanted: Wanted, found: Found, allowed: Access) -> Iterator[Step]:
    for owner in sorted(allowed.members):
        after, before = wanted.quotas[owner], found.quotas.get(owner, {})
        for name in LIMITS:
            if after.get(name) != before.get(name):
                yield SetQuota(owner, name, before.get(name), after.get(name))

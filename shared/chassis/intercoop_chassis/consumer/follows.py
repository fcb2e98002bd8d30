"""Whom a service follows, since when, and what changes when that changes."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog

from intercoop_chassis.consumer import offsets
from intercoop_chassis.consumer.limits import usage
from intercoop_chassis.consumer.limits.usage import NOTHING, UsageByTopic
from intercoop_chassis.consumer.owners import free_tag
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.subscribers import Subscribers, Subscription
from intercoop_contracts.bounds import OWNER_PATTERN
from intercoop_contracts.streams import Audience, Stream, parse_topic

EVERYONE = "*"
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)

SETTLE_ALONE = "SELECT pg_advisory_xact_lock(x'1c00f'::int)"
READ = "SELECT stream, owner, since FROM subscriptions"
ADD = """
INSERT INTO subscriptions (stream, owner, since)
SELECT stream, owner, since
FROM unnest($1::text[], $2::text[], $3::timestamptz[]) AS new (stream, owner, since)
ON CONFLICT DO NOTHING
"""
REMOVE = """
DELETE FROM subscriptions USING unnest($1::text[], $2::text[]) AS gone (stream, owner)
WHERE (subscriptions.stream, subscriptions.owner) = (gone.stream, gone.owner)
"""
KNOWN_TOPICS = """
SELECT topic FROM replica WHERE applied > 0 OR parked <> 0 UNION SELECT topic FROM usage
"""
FORGET_VALUES = """
UPDATE replica SET
    applied = 0, parked = 0, value = NULL, has_ended = NULL, event_type = NULL, occurred_at = NULL
WHERE topic = ANY ($1::text[])
"""
FORGET_PARKED = "DELETE FROM parked WHERE topic = ANY ($1::text[])"
FORGET_OFFSETS = "DELETE FROM offsets WHERE topic = ANY ($1::text[])"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Horizon:
    """Since when each stream is read: what was published before is history, not news.

    `lineage` names the database that says so: one that was made anew in its place has another.
    `owner` is whose instance it is.
    """

    started: Mapping[tuple[str, str], datetime]
    lineage: str | None
    owner: str

    def since(self, stream_id: str, owner: str) -> datetime:
        started = self.started.get((stream_id, owner))
        return started or self.started.get((stream_id, EVERYONE), _LONG_AGO)

    def since_in(self, topic: str) -> datetime:
        """Since when a topic's stream is read."""
        name = parse_topic(topic)
        return self.since(name.stream_id, name.owner) if name else datetime.now(UTC)

    async def expect_database(self, tx: Transaction, added: UsageByTopic = NOTHING) -> None:
        """Say that this is the session's database: in another, all that it reads is history.

        A database may be made anew in the middle of a poll. A transaction that stores no offsets
        asks this, or `since` would be the old one's; what it has `added` is counted with it. Raises
        `OffsetsLostError`, so that the transaction rolls back.
        """
        await offsets.expect(self.lineage, tx, added)


@dataclass(frozen=True, slots=True)
class Follows:
    """The owners an instance follows; None follows everyone.

    A service does not read what it publishes itself (`published`, ids of streams); what another
    service of the same instance publishes it reads whoever else is followed.
    """

    owner: str
    owners: frozenset[str] | None
    published: frozenset[str] = frozenset()

    def wants(self, subscription: Subscription, owner: str) -> bool:
        """Whether `owner`'s topic of this stream is read."""
        if subscription.stream.audience is Audience.PRIVATE:
            return owner == self.owner
        if owner == self.owner:
            return subscription.stream.id not in self.published
        return self.owners is None or subscription.addressed or owner in self.owners

    def pattern(self, subscribers: Subscribers) -> str:
        """One anchored pattern for every topic that is read."""
        return f"^(?:{'|'.join(map(self._pattern, subscribers.all))})$"

    def keys(self, subscribers: Subscribers) -> set[tuple[str, str]]:
        """The subscriptions there should be: (stream, owner or everyone)."""
        return {
            (subscription.stream.id, owner)
            for subscription in subscribers.all
            for owner in self._owners(subscription)
        }

    def _pattern(self, subscription: Subscription) -> str:
        stream = subscription.stream
        rest = rf"\.{stream.name}\.v{stream.major}"
        if stream.audience is Audience.PRIVATE:
            return rf"private\.{re.escape(self.owner)}{rest}"
        others = rf"(?!{self.owner}\.)" if stream.id in self.published else ""
        if self.owners is None or subscription.addressed:
            return rf"shared\.{others}{OWNER_PATTERN}{rest}"
        followed = "|".join(self._followed(stream)) or "(?!)"
        return rf"shared\.(?:{followed}){rest}"

    def _owners(self, subscription: Subscription) -> Iterable[str]:
        if subscription.stream.audience is Audience.PRIVATE:
            return (self.owner,)
        if self.owners is None or subscription.addressed:
            return (EVERYONE,)
        return self._followed(subscription.stream)

    def _followed(self, stream: Stream[Any]) -> list[str]:  # Any: any view
        """The owners that are named, this one among them where a sibling publishes the stream."""
        named = self.owners or frozenset()
        mine = frozenset({self.owner})
        return sorted(named - mine if stream.id in self.published else named | mine)


async def settle(follows: Follows, subscribers: Subscribers, tx: Transaction) -> Horizon:
    """Bring what is stored in line with whom this instance follows now; returns since when.

    Narrowed: values, applied versions, offsets and projected rows of the others go; what was seen
    stays, so that nothing is told twice. Widened: theirs is read from the beginning, as history.
    """
    await tx.execute(SETTLE_ALONE)
    lineage = await offsets.begin_lineage(tx)
    rows = await tx.fetch(READ)
    stored = {(row["stream"], row["owner"]): row["since"] for row in rows}
    wanted = follows.keys(subscribers)
    now = datetime.now(UTC)
    added = {key: stored.get((key[0], EVERYONE), now) for key in wanted - stored.keys()}
    gone = {key for key in stored.keys() - wanted if (key[0], EVERYONE) not in wanted}
    await tx.execute(ADD, *_columns(added), list(added.values()))
    if gone:
        await tx.take_your_time()
        await tx.execute(REMOVE, *_columns(gone))
        await _forget_unwanted(follows, subscribers, tx)
    kept = {key: since for key, since in stored.items() if key not in gone}
    return Horizon(kept | added, lineage, follows.owner)


def _columns(keys: Iterable[tuple[str, str]]) -> tuple[list[str], list[str]]:
    listed = list(keys)
    return [stream for stream, _ in listed], [owner for _, owner in listed]


async def _forget_unwanted(follows: Follows, subscribers: Subscribers, tx: Transaction) -> None:
    topics = [row["topic"] for row in await tx.fetch(KNOWN_TOPICS)]
    await _free_tags(follows, subscribers, topics, tx)
    for topic in topics:
        name = parse_topic(topic)
        subscription = subscribers.get(name.stream_id) if name else None
        if name is None or (subscription and follows.wants(subscription, name.owner)):
            continue
        log.warning("owner_forgotten", topic=topic)
        for projection in subscription.projections if subscription else ():
            await projection.forget(name.owner, tx)
        await tx.execute(FORGET_PARKED, [topic])
        await tx.execute(FORGET_VALUES, [topic])
        await tx.execute(FORGET_OFFSETS, [topic])
        await usage.forget([topic], tx)


async def _free_tags(
    follows: Follows, subscribers: Subscribers, topics: Iterable[str], tx: Transaction
) -> None:
    """Of whom nothing is read any more, no tag is kept."""
    names = {name.owner for name in map(parse_topic, topics) if name}
    for owner in sorted(names):
        if not any(follows.wants(subscription, owner) for subscription in subscribers.all):
            await free_tag(owner, tx)

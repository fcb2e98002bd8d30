"""Replay: a projection rebuilt from the replica, without the broker."""

from typing import Any

import structlog

from intercoop_chassis.postgres import Database, Transaction
from intercoop_chassis.subscribers import AnyChange, Change, Subscribers, Subscription
from intercoop_chassis.wire.decoding import view_of
from intercoop_contracts.streams import Stream, owner_of

CHUNK = 2000

NEXT = """
SELECT topic, subject, applied, event_type, occurred_at, value FROM replica
WHERE topic LIKE $1 AND value IS NOT NULL AND (topic, subject) > ($2, $3)
ORDER BY topic, subject LIMIT $4 FOR UPDATE
"""
log = structlog.get_logger()


class UnknownStreamError(Exception):
    """The service reads no such stream; the text lists those it reads."""


async def replay(db: Database, subscribers: Subscribers, stream_id: str) -> int:
    """Rebuild the projections of a stream from the replica, without the broker.

    Chunk by chunk under the replica's row locks, so that a worker may go on meanwhile. Reactions
    are not called. Returns how many states were projected.
    """
    subscription = subscribers.get(stream_id)
    if subscription is None:
        known = ", ".join(stream.id for stream in subscribers.streams) or "none"
        raise UnknownStreamError(f"{stream_id} is not read by this service; it reads: {known}")
    projected, position = 0, ("", "")
    while True:
        async with db.transaction() as tx:
            changes, position = await _chunk(subscription.stream, position, tx)
            await _project(subscription, changes, tx)
        projected += len(changes)
        if len(changes) < CHUNK:
            log.info("replayed", stream=stream_id, states=projected)
            return projected


async def _chunk(
    stream: Stream[Any], position: tuple[str, str], tx: Transaction
) -> tuple[list[AnyChange], tuple[str, str]]:
    topics = f"{stream.audience}.%.{stream.name}.v{stream.major}"
    rows = await tx.fetch(NEXT, topics, *position, CHUNK)
    changes: list[AnyChange] = []
    for row in rows:
        position = (row["topic"], row["subject"])
        change = Change(
            stream=stream,
            owner=owner_of(row["topic"]),
            subject=row["subject"],
            version=row["applied"],
            occurred_at=row["occurred_at"],
            event_type=row["event_type"],
            before=None,
            after=view_of(stream, row["value"]),
            is_news=False,
        )
        changes.append(change)
    return changes, position


async def _project(subscription: Subscription, changes: list[AnyChange], tx: Transaction) -> None:
    if changes:
        for projection in subscription.projections:
            await projection.project(changes, tx)

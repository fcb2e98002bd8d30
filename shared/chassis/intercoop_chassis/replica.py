"""The replica, as a service looks things up in it: what it knows of entities that others own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from intercoop_chassis.postgres import Transaction
from intercoop_chassis.wire.decoding import view_of
from intercoop_contracts.streams import Ended, Stream, View

LOOK_UP = """
SELECT subject, value, occurred_at FROM replica
WHERE topic LIKE $1 AND subject = ANY ($2::text[]) AND value IS NOT NULL
"""
KNOWS_OWNER = "SELECT EXISTS (SELECT FROM owner_tags WHERE owner = $1)"


@dataclass(frozen=True, slots=True)
class Known:
    """The newest known state of another owner's entity, and when its owner said so."""

    view: View | Ended
    as_of: datetime


async def knows_owner(owner: str, tx: Transaction) -> bool:
    """Whether anything that an owner published was read here."""
    return bool(await tx.fetchval(KNOWS_OWNER, owner))


async def look_up(stream: Stream[Any], subject: UUID | str, tx: Transaction) -> Known | None:
    """What is known of an entity of another owner or service; None when nothing has arrived."""
    return (await look_up_all(stream, [subject], tx)).get(str(subject))


async def look_up_all(
    stream: Stream[Any], subjects: Iterable[UUID | str], tx: Transaction
) -> dict[str, Known]:
    """What is known of each of these entities, of those that have arrived, by subject.

    Raises `TypeError` for a stream whose subject is an id of somebody whom the view names: there,
    what two publishers say of one subject are two entities.
    """
    if stream.needs_a_beginning:
        raise TypeError(f"{stream.id}: a subject alone names no entity")
    topics = f"{stream.audience}.%.{stream.name}.v{stream.major}"
    rows = await tx.fetch(LOOK_UP, topics, [str(subject) for subject in subjects])
    return {
        row["subject"]: Known(view_of(stream, row["value"]), row["occurred_at"]) for row in rows
    }

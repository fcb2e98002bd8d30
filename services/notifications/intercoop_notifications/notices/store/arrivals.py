"""What comes for a person who listens: from which notice on, and what is new after it."""

from dataclasses import dataclass
from uuid import UUID

from intercoop_chassis.postgres import Transaction
from intercoop_notifications.notices.domain.notice import Notice
from intercoop_notifications.notices.store import notices


@dataclass(frozen=True, slots=True)
class Arrivals:
    """How much a person has not read, and what they were given after a position.

    `are_fewer` where they were given less than that: the database was restored from a backup.
    """

    unread: int
    notices: list[Notice]
    are_fewer: bool = False


async def position_of(person_id: UUID, last_event_id: str | None, tx: Transaction) -> int:
    """The position of the notice that came last, if it is one of this person's; else the newest."""
    last_id = _id(last_event_id)
    last = await notices.get(last_id, tx) if last_id else None
    if last and last.person_id == person_id:
        return last.position
    return await notices.given(person_id, tx)


async def arrivals(person_id: UUID, position: int, at_most: int, tx: Transaction) -> Arrivals:
    """What a person who knows of everything up to a position is to be told, the oldest first."""
    return Arrivals(
        await notices.count_unread(person_id, tx),
        await notices.after(person_id, position, at_most, tx),
        are_fewer=await notices.given(person_id, tx) < position,
    )


def _id(last_event_id: str | None) -> UUID | None:
    try:
        return UUID(last_event_id) if last_event_id else None
    except ValueError:
        return None

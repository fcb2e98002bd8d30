"""What other organisers announce, as this instance remembers it."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from intercoop_chassis.postgres import Transaction
from intercoop_chassis.subscribers import Change
from intercoop_contracts.events import MeetingSeatsView, MeetingView

REMEMBER_MEETINGS: Final = """
INSERT INTO network_meetings (owner, id, version, as_of, record, starts, ends)
SELECT owner, id, version, as_of, record::jsonb, starts, ends
FROM unnest(
    $1::text[], $2::uuid[], $3::bigint[], $4::timestamptz[], $5::text[], $6::timestamptz[],
    $7::timestamptz[]
) AS new (owner, id, version, as_of, record, starts, ends)
ON CONFLICT (home, owner, id) DO UPDATE SET
    version = EXCLUDED.version, as_of = EXCLUDED.as_of, record = EXCLUDED.record,
    starts = EXCLUDED.starts, ends = EXCLUDED.ends
"""
REMOVE_MEETINGS: Final = """
DELETE FROM network_meetings
USING unnest($1::text[], $2::uuid[]) AS ended (owner, id)
WHERE network_meetings.owner = ended.owner AND network_meetings.id = ended.id
"""
FORGET_MEETINGS: Final = "DELETE FROM network_meetings WHERE owner = $1"
REMEMBER_SEATS: Final = """
INSERT INTO known_seats (owner, meeting_id, seats, seated, waiting)
SELECT * FROM unnest($1::text[], $2::uuid[], $3::int[], $4::int[], $5::int[])
ON CONFLICT (meeting_id, owner) DO UPDATE SET
    seats = EXCLUDED.seats, seated = EXCLUDED.seated, waiting = EXCLUDED.waiting
"""
FORGET_SEATS: Final = "DELETE FROM known_seats WHERE owner = $1"


async def remember_meetings(changes: Sequence[Change[MeetingView]], tx: Transaction) -> None:
    living = [(change, change.after) for change in changes if isinstance(change.after, MeetingView)]
    ended = [change for change in changes if not isinstance(change.after, MeetingView)]
    if living:
        await tx.execute(
            REMEMBER_MEETINGS,
            [change.owner for change, _ in living],
            [UUID(change.subject) for change, _ in living],
            [change.version for change, _ in living],
            [change.occurred_at for change, _ in living],
            [view.model_dump_json() for _, view in living],
            [view.starts for _, view in living],
            [view.ends for _, view in living],
        )
    if ended:
        subjects = [UUID(change.subject) for change in ended]
        await tx.execute(REMOVE_MEETINGS, [change.owner for change in ended], subjects)


async def forget_meetings(owner: str, tx: Transaction) -> None:
    await tx.execute(FORGET_MEETINGS, owner)


async def remember_seats(changes: Sequence[Change[MeetingSeatsView]], tx: Transaction) -> None:
    living = [
        (change, change.after) for change in changes if isinstance(change.after, MeetingSeatsView)
    ]
    await tx.execute(
        REMEMBER_SEATS,
        [change.owner for change, _ in living],
        [UUID(change.subject) for change, _ in living],
        [view.seats for _, view in living],
        [view.seated for _, view in living],
        [view.waiting for _, view in living],
    )


async def forget_seats(owner: str, tx: Transaction) -> None:
    await tx.execute(FORGET_SEATS, owner)

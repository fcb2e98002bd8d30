"""Many guests of one union at a meeting, and many registrations of one's own people."""

from typing import Final
from uuid import UUID

from intercoop_chassis.postgres import Transaction
from testkit.ids import new_id

CROWD: Final = """
INSERT INTO seats (
    meeting_id, registration_id, asker, organisation_id, request_revision, verdict, queue
)
SELECT $1, id, $2, gen_random_uuid(), 1, verdict, nth
FROM unnest($3::uuid[], $4::text[]) WITH ORDINALITY AS new (id, verdict, nth)
"""
COUNTED: Final = """
UPDATE known_seats SET seated = $2, waiting = $3 WHERE meeting_id = $1
"""
USED: Final = "INSERT INTO seat_askers (meeting_id, asker, live, waiting) VALUES ($1, $2, $3, $4)"
REGISTERED: Final = """
INSERT INTO registrations (id, organiser, meeting_id, person_id, organisation_id, revision, state)
SELECT id, $2, $1, gen_random_uuid(), gen_random_uuid(), 1, $3 FROM unnest($4::uuid[]) AS new (id)
"""


async def crowd(meeting: str, asker: str, seated: int, waiting: int, tx: Transaction) -> list[UUID]:
    """So many guests whom the organiser has seated and queued; their seat codes, in order."""
    ids = [new_id(asker) for _ in range(seated + waiting)]
    verdicts = ["seated"] * seated + ["waiting"] * waiting
    await tx.execute(CROWD, UUID(meeting), asker, ids, verdicts)
    await tx.execute(COUNTED, UUID(meeting), seated, waiting)
    await tx.execute(USED, UUID(meeting), asker, seated + waiting, waiting)
    await tx.execute("ANALYZE seats")
    return ids


async def registered(
    meeting: UUID, organiser: str, state: str, count: int, tx: Transaction
) -> None:
    """So many registrations of this instance's people."""
    ids = [new_id(tx.owner) for _ in range(count)]
    await tx.execute(REGISTERED, meeting, organiser, state, ids)
    await tx.execute("ANALYZE registrations")

"""How much each person was told in a day because of one other owner."""

from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

from intercoop_chassis.postgres import Transaction, affected_rows
from intercoop_notifications.limits import DailyLimits
from intercoop_notifications.notices.domain.excess import Told

COUNT: Final = """
WITH held AS (
    INSERT INTO recipients (person_id, given) VALUES ($1, 0)
    ON CONFLICT (person_id) DO UPDATE SET given = recipients.given
    RETURNING person_id
)
INSERT INTO told_by AS known (person_id, owner, day, notices, mails)
SELECT person_id, $2, $3, 1, $4 FROM held
ON CONFLICT (person_id, owner, day) DO UPDATE SET
    notices = known.notices + 1, mails = known.mails + EXCLUDED.mails
RETURNING notices, mails
"""
"""The person's row is locked first, as by whoever gives a notice."""

FORGET: Final = """
DELETE FROM told_by WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM told_by WHERE day < $1 ORDER BY day LIMIT $2 FOR UPDATE SKIP LOCKED
))
"""
ABOVE: Final = """
SELECT owner, count(DISTINCT person_id) AS people,
    sum(greatest(notices - $2, 0)) AS notices, sum(greatest(mails - $3, 0)) AS mails
FROM told_by WHERE day >= $1 AND (notices > $2 OR mails > $3)
GROUP BY owner ORDER BY owner
"""
ERASE: Final = "DELETE FROM told_by WHERE person_id = $1"


class Excess(NamedTuple):
    """What of an owner's news was not given, and to how many people."""

    owner: str
    people: int
    notices: int
    mails: int


async def count(person_id: UUID, owner: str, day: date, tx: Transaction, *, mail: bool) -> Told:
    """Count a notice, and its mail if one is wanted; the person's row is held until the commit."""
    row = await tx.fetchrow(COUNT, person_id, owner, day, int(mail))
    return Told(row["notices"], row["mails"]) if row else Told(1, int(mail))


async def forget(before: date, limit: int, tx: Transaction) -> int:
    """Forget what was before a day, `limit` rows at most; returns how many."""
    tag = await tx.execute(FORGET, before, limit)
    return affected_rows(tag)


async def above(limits: DailyLimits, since: date, tx: Transaction) -> list[Excess]:
    """The owners because of whom something was not given since a day."""
    rows = await tx.fetch(ABOVE, since, limits.notices, limits.mails)
    return [Excess(*row) for row in rows]


async def erase(person_id: UUID, tx: Transaction) -> None:
    """Lock the person before."""
    await tx.execute(ERASE, person_id)

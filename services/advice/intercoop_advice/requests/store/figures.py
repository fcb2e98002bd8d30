"""What waits among the requests of this instance, and how they stand by territory."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from intercoop_chassis.postgres import Transaction

UNANSWERED: Final = """
SELECT id, asked_at, record ->> 'title' AS title, record ->> 'organisation_name' AS asker,
    (SELECT count(*) FROM invitations WHERE request_id = requests.id) AS asked,
    count(*) OVER () AS total
FROM requests
WHERE state = 'open' AND NOT EXISTS (
    SELECT FROM invitations
    WHERE request_id = requests.id AND (offer_state = 'offered' OR verdict = 'accepted')
)
ORDER BY asked_at, id LIMIT $1
"""
BY_TERRITORY: Final = """
SELECT record -> 'commune' ->> 'departement' AS departement,
    count(*) FILTER (WHERE state = 'open') AS open,
    count(*) FILTER (WHERE state = 'open' AND EXISTS (
        SELECT FROM invitations WHERE request_id = requests.id AND offer_state = 'offered'
    )) AS offered,
    count(*) FILTER (WHERE state = 'closed') AS helped
FROM requests
WHERE state = 'open' OR asked_at > $1
GROUP BY departement
ORDER BY count(*) DESC, departement
"""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """An open request that nobody has offered help to, and how many co-operatives it asks."""

    id: UUID
    asked_at: datetime
    title: str
    asker: str
    asked: int


@dataclass(frozen=True, slots=True)
class TerritoryRequests:
    """Requests of a département's co-operatives (None: no commune is said): how they stand.

    `offered` are those of the open ones that somebody has offered help to.
    """

    departement: str | None
    open: int
    offered: int
    helped: int


async def unanswered(most: int, tx: Transaction) -> tuple[tuple[Unanswered, ...], int]:
    """Those that wait longest, and how many there are."""
    rows = await tx.fetch(UNANSWERED, most)
    found = tuple(
        Unanswered(row["id"], row["asked_at"], row["title"], row["asker"], row["asked"])
        for row in rows
    )
    return found, rows[0]["total"] if rows else 0


async def by_territory(since: datetime, tx: Transaction) -> tuple[TerritoryRequests, ...]:
    """Those that are open, and those asked after a moment that are closed, most first."""
    rows = await tx.fetch(BY_TERRITORY, since)
    return tuple(
        TerritoryRequests(row["departement"], row["open"], row["offered"], row["helped"])
        for row in rows
    )

"""Members and jobs as they are today, counted where organisations are read.

A member is a co-operative that its owner publishes and that has not left.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from intercoop_chassis.postgres import Transaction

OURS: Final = """
SELECT departement, count(*) AS members, coalesce(sum(headcount), 0) AS jobs,
    count(*) FILTER (WHERE record ->> 'joined' > $2 AND record ->> 'joined' <= $1) AS joined
FROM known_organisations
WHERE home AND kind = 'cooperative' AND (left_on IS NULL OR left_on > $1)
GROUP BY departement
ORDER BY members DESC, departement
"""
LEFT_SINCE: Final = """
SELECT count(*) FROM known_organisations
WHERE home AND kind = 'cooperative' AND left_on > $1 AND left_on <= $2
"""
EVERYBODYS: Final = """
SELECT owner, count(*) AS members, coalesce(sum(headcount), 0) AS jobs, max(as_of) AS as_of
FROM known_organisations
WHERE kind = 'cooperative' AND (left_on IS NULL OR left_on > $1)
GROUP BY owner
ORDER BY members DESC, owner
LIMIT 200
"""


@dataclass(frozen=True, slots=True)
class Territory:
    """A département (None where no commune is said): co-operatives, jobs, and who joined."""

    departement: str | None
    members: int
    jobs: int
    joined: int


@dataclass(frozen=True, slots=True)
class OwnerFigures:
    """An owner's co-operatives and jobs, as of the newest that it has published."""

    owner: str
    members: int
    jobs: int
    as_of: datetime


async def our_territories(on: date, since: date, tx: Transaction) -> tuple[Territory, ...]:
    """The members of this owner on a day, by département; `joined` counts those after `since`."""
    rows = await tx.fetch(OURS, on.isoformat(), since.isoformat())
    return tuple(
        Territory(row["departement"], row["members"], row["jobs"], row["joined"]) for row in rows
    )


async def how_many_left(since: date, on: date, tx: Transaction) -> int:
    """How many co-operatives of this owner left after `since`, up to a day."""
    return int(await tx.fetchval(LEFT_SINCE, since.isoformat(), on.isoformat()))


async def every_owners(on: date, tx: Transaction) -> tuple[OwnerFigures, ...]:
    """Each owner's members on a day, the largest first."""
    rows = await tx.fetch(EVERYBODYS, on.isoformat())
    return tuple(
        OwnerFigures(row["owner"], row["members"], row["jobs"], row["as_of"]) for row in rows
    )

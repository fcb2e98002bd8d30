"""The mandates of this instance's people, as the directory says."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from intercoop_chassis.postgres import Transaction
from intercoop_chassis.subscribers import Change
from intercoop_contracts.directory import MandateView, PersonView, Role

CLEAR: Final = "DELETE FROM mandates WHERE person_id = ANY ($1::uuid[])"
REMEMBER: Final = """
INSERT INTO mandates (person_id, organisation_id, role, since, until)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::date[], $5::date[])
ON CONFLICT (person_id, organisation_id, role, since) DO NOTHING
"""
FORGET: Final = "DELETE FROM mandates"
HOLDERS: Final = """
SELECT person_id, array_agg(DISTINCT role ORDER BY role) AS roles FROM mandates
WHERE organisation_id = $1 AND role = ANY ($2::text[])
    AND since <= $3 AND (until IS NULL OR until > $3) AND person_id <> ALL ($5::uuid[])
GROUP BY person_id ORDER BY person_id LIMIT $4
"""
HOLDERS_AT_MOST: Final = 500


async def remember(changes: Sequence[Change[PersonView]], tx: Transaction) -> None:
    """Take a whole chunk: the mandates that each person holds now replace those held before."""
    await tx.execute(CLEAR, [UUID(change.subject) for change in changes])
    held = [(UUID(change.subject), mandate) for change in changes for mandate in _mandates(change)]
    await tx.execute(
        REMEMBER,
        [person_id for person_id, _ in held],
        [mandate.organisation_id for _, mandate in held],
        [mandate.role for _, mandate in held],
        [mandate.since for _, mandate in held],
        [mandate.until for _, mandate in held],
    )


async def forget(_: str, tx: Transaction) -> None:
    """People are of one owner only, so all of them are forgotten."""
    await tx.execute(FORGET)


async def holders(
    organisation_id: UUID,
    roles: Collection[Role],
    on: date,
    tx: Transaction,
    *,
    but_not: Collection[UUID] = (),
) -> dict[UUID, tuple[Role, ...]]:
    """The people who hold one of these mandates in an organisation on a day, each with theirs.

    Five hundred at most: a co-operative has fewer managers and elected people.
    """
    rows = await tx.fetch(HOLDERS, organisation_id, list(roles), on, HOLDERS_AT_MOST, list(but_not))
    return {row["person_id"]: tuple(map(Role, row["roles"])) for row in rows}


def _mandates(change: Change[PersonView]) -> Sequence[MandateView]:
    return change.after.mandates if isinstance(change.after, PersonView) else ()

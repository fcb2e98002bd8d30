"""Who works here, by the mandates in the instance's own organisation; and people by name."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Final
from uuid import UUID

from intercoop_chassis.postgres import Row, Transaction
from intercoop_contracts.directory import Role
from intercoop_directory.accounts.domain.naming import UNNAMED
from intercoop_directory.invitations.domain import VALID_FOR
from intercoop_directory.team.domain import ROLES, HeldRole, Member, State

_MOST: Final = 500
_MOST_FOUND: Final = 10

ONE_AT_A_TIME: Final = "SELECT pg_advisory_xact_lock(hashtextextended('directory/team', 0))"
_HAS_COME_IN: Final = """
    (EXISTS (SELECT FROM verified_addresses AS verified WHERE verified.person_id = person.id)
        OR EXISTS (SELECT FROM sessions AS session WHERE session.person_id = person.id))"""
"""Whose sessions staff ended before they ever came has an account, and neither of these."""

MEMBERS: Final = f"""
SELECT person.id, person.given_name, person.family_name,
    mandate.role, mandate.since, mandate.until,
    {_HAS_COME_IN} AS is_active,
    EXISTS (
        SELECT FROM invitations AS invitation
        WHERE invitation.person_id = person.id AND invitation.ended IS NULL
            AND invitation.invited_at > $4
    ) AS is_invited
FROM people AS person JOIN mandates AS mandate ON mandate.person_id = person.id
WHERE mandate.organisation_id = $1 AND mandate.role = ANY ($2::text[])
    AND (mandate.until IS NULL OR mandate.until > $3)
ORDER BY person.sort_name, person.id, mandate.since, mandate.role LIMIT $5
"""  # noqa: S608  a constant
OPERATORS: Final = """
SELECT count(DISTINCT person_id) FROM mandates
WHERE organisation_id = $1 AND role = 'operator' AND person_id <> $2
    AND since <= $3 AND (until IS NULL OR until > $3)
"""
FIND: Final = """
SELECT id, given_name, family_name FROM people
WHERE strpos(sort_name, fold($1)) > 0
    OR strpos(fold(given_name || ' ' || family_name), fold($1)) > 0
ORDER BY sort_name, id LIMIT $2
"""
HAS_COME_IN: Final = f"SELECT {_HAS_COME_IN} FROM people AS person WHERE person.id = $1"  # noqa: S608


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody of the directory, by name."""

    person_id: UUID
    name: str


async def lock(tx: Transaction) -> None:
    """Nobody else ends a role before the transaction does: two operators cannot end each other."""
    await tx.execute(ONE_AT_A_TIME)


async def list_members(own: UUID, day: date, now: datetime, tx: Transaction) -> list[Member]:
    """Those with a role that holds on a day or later, by family name."""
    roles = [role.value for role in ROLES]
    rows = await tx.fetch(MEMBERS, own, roles, day, now - VALID_FOR, _MOST)
    return [_member(list(of_one)) for _, of_one in groupby(rows, key=lambda row: row["id"])]


async def count_other_operators(own: UUID, person_id: UUID, day: date, tx: Transaction) -> int:
    """How many others operate the instance on a day."""
    return int(await tx.fetchval(OPERATORS, own, person_id, day))


async def find(words: str, tx: Transaction) -> list[Found]:
    """People whose name holds these words, however they are written; ten at most."""
    rows = await tx.fetch(FIND, words, _MOST_FOUND)
    return [Found(row["id"], f"{row['given_name']} {row['family_name']}") for row in rows]


async def has_come_in(person_id: UUID, tx: Transaction) -> bool:
    return bool(await tx.fetchval(HAS_COME_IN, person_id))


def _member(rows: list[Row]) -> Member:
    first = rows[0]
    return Member(
        first["id"],
        f"{first['given_name']} {first['family_name']}",
        tuple(_roles(rows)),
        _state(first),
        first["family_name"] != UNNAMED,
    )


def _roles(rows: Iterable[Row]) -> Iterable[HeldRole]:
    return (HeldRole(Role(row["role"]), row["since"], row["until"]) for row in rows)


def _state(row: Row) -> State:
    if row["is_active"]:
        return State.ACTIVE
    return State.INVITED if row["is_invited"] else State.NOT_INVITED

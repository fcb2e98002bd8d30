"""Lists of people: narrowed, counted, of one organisation."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from pydantic import TypeAdapter

from intercoop_chassis.postgres import Row, Transaction
from intercoop_contracts.directory import Role
from intercoop_directory.invitations.domain import VALID_FOR
from intercoop_directory.roster.domain.listed import (
    AccountState,
    HeldMandate,
    Listed,
    Place,
    Question,
)

_MOST_OF_ONE: Final = 500
_HELD: Final = TypeAdapter(tuple[HeldMandate, ...])

_PEOPLE: Final = """
FROM (
    SELECT person.id, person.sort_name, person.given_name, person.family_name,
        person.is_sample,
        CASE
            WHEN id IN (SELECT person_id FROM verified_addresses
                UNION ALL SELECT person_id FROM sessions) THEN 'active'
            WHEN id IN (SELECT person_id FROM invitations
                WHERE ended IS NULL AND invited_at > $2) THEN 'invited'
            ELSE 'none'
        END AS state
    FROM people AS person
    WHERE NOT EXISTS (
        SELECT FROM unnest($3::text[]) AS word
        WHERE strpos(person.sort_name, fold(word)) = 0 AND NOT EXISTS (
            SELECT FROM contact_points AS point
            WHERE point.person_id = person.id AND point.kind = 'email'
                AND strpos(lower(point.value), lower(word)) > 0
        )
    )
    AND (($4::uuid IS NULL AND $5::text IS NULL) OR EXISTS (
        SELECT FROM mandates AS mandate
        WHERE mandate.person_id = person.id AND (mandate.until IS NULL OR mandate.until > $1)
            AND ($4::uuid IS NULL OR mandate.organisation_id = $4)
            AND ($5::text IS NULL OR mandate.role = $5)
    ))
) AS found
"""
"""$1 the day, $2 since when an invitation is good; the words, the organisation, the role."""

LIST: Final = f"""
SELECT found.*, (
    SELECT coalesce(jsonb_agg(to_jsonb(mandate) - 'person_id'
        ORDER BY mandate.since, mandate.role, mandate.organisation_id), '[]')
    FROM mandates AS mandate
    WHERE mandate.person_id = found.id AND (mandate.until IS NULL OR mandate.until > $1)
) AS mandates, (
    SELECT value FROM contact_points AS point
    WHERE point.person_id = found.id AND point.kind = 'email' ORDER BY place LIMIT 1
) AS address
{_PEOPLE}
WHERE ($6::text IS NULL OR state = $6) AND ($7::text IS NULL OR (sort_name, id) > ($7, $8::uuid))
ORDER BY sort_name, id LIMIT $9
"""  # noqa: S608  constants of the code's own
COUNT: Final = f"SELECT state, count(*) AS many {_PEOPLE} GROUP BY state"
OF_ORGANISATION: Final = """
SELECT person.id, person.given_name, person.family_name,
    jsonb_agg(to_jsonb(mandate) - 'person_id' ORDER BY mandate.since, mandate.role) AS mandates
FROM mandates AS mandate JOIN people AS person ON person.id = mandate.person_id
WHERE mandate.organisation_id = $1 AND mandate.since <= $2
    AND (mandate.until IS NULL OR mandate.until > $2)
GROUP BY person.id ORDER BY person.sort_name, person.id LIMIT $3
"""


async def list_people(
    question: Question, day: date, after: Place | None, fetch: int, tx: Transaction
) -> list[tuple[Place, Listed]]:
    """By family name, mandates as of the day."""
    asked = (*_asked(question, day, tx.now), question.state)
    rows = await tx.fetch(LIST, *asked, *(after or (None, None)), fetch)
    return [(Place(row["sort_name"], row["id"]), _listed(row)) for row in rows]


async def count_people(
    question: Question, day: date, tx: Transaction
) -> Mapping[AccountState, int]:
    """How many there are in each state of the account, whichever is asked about."""
    rows = await tx.fetch(COUNT, *_asked(question, day, tx.now))
    return {AccountState(row["state"]): row["many"] for row in rows}


async def people_of(
    organisation: UUID, day: date, tx: Transaction
) -> Sequence[tuple[UUID, str, tuple[HeldMandate, ...]]]:
    """Those with a mandate in it that holds on the day, by family name: ids, names, mandates."""
    rows = await tx.fetch(OF_ORGANISATION, organisation, day, _MOST_OF_ONE)
    return [(row["id"], _name(row), _held(row)) for row in rows]


def _asked(question: Question, day: date, now: datetime) -> tuple[object, ...]:
    role: Role | None = question.role
    return (day, now - VALID_FOR, list(question.words), question.organisation, role)


def _listed(row: Row) -> Listed:
    state = AccountState(row["state"])
    return Listed(row["id"], _name(row), state, _held(row), row["address"], row["is_sample"])


def _name(row: Row) -> str:
    return f"{row['given_name']} {row['family_name']}"


def _held(row: Row) -> tuple[HeldMandate, ...]:
    return _HELD.validate_json(row["mandates"])

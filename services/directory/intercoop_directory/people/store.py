"""People of this instance, with their mandates and contact points."""

from collections.abc import Collection
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

from intercoop_chassis.postgres import Row, Transaction
from intercoop_contracts.directory import PersonView
from intercoop_directory.people.domain import Person, PersonRecord, person_record_of
from intercoop_directory.people.domain.erasing import ErasureReason

INSERT: Final = """
INSERT INTO people (id, version, given_name, family_name, language, is_sample)
VALUES ($1, $2, $3, $4, $5, $6)
"""
UPDATE: Final = """
UPDATE people SET version = $2, given_name = $3, family_name = $4, language = $5 WHERE id = $1
"""
CLEAR_MANDATES: Final = "DELETE FROM mandates WHERE person_id = $1"
ADD_MANDATES: Final = """
INSERT INTO mandates (person_id, organisation_id, role, since, until)
SELECT $1, * FROM unnest($2::uuid[], $3::text[], $4::date[], $5::date[])
"""
CLEAR_CONTACTS: Final = "DELETE FROM contact_points WHERE person_id = $1"
ADD_CONTACTS: Final = """
INSERT INTO contact_points (person_id, place, kind, value)
SELECT $1, nth, kind, value
FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS new (kind, value, nth)
"""
DELETE: Final = "DELETE FROM people WHERE id = $1"
LOCK: Final = "SELECT id FROM people WHERE id = $1 FOR UPDATE"
GET: Final = "SELECT id, version, record FROM person_records WHERE id = $1"
LIST: Final = """
SELECT id, version, record, sort_name FROM person_records
WHERE ($1::uuid IS NULL OR id IN (SELECT person_id FROM mandates WHERE organisation_id = $1))
    AND ($2::text IS NULL OR (sort_name, id) > ($2, $3::uuid))
ORDER BY sort_name, id LIMIT $4
"""
NAMES: Final = """
SELECT id, given_name || ' ' || family_name AS name FROM people WHERE id = ANY ($1::uuid[])
"""
WITH_MANDATES: Final = """
SELECT DISTINCT organisation_id FROM mandates WHERE organisation_id = ANY ($1::uuid[])
"""
OPERATORS_HOLD: Final = """
SELECT EXISTS (
    SELECT FROM contact_points AS point JOIN mandates AS mandate USING (person_id)
    WHERE point.kind = 'email' AND lower(point.value) = ANY ($1::text[])
        AND mandate.role = 'operator' AND (mandate.until IS NULL OR mandate.until > $2)
)
"""

NOTE_ERASURE: Final = """
INSERT INTO erasures (person_id, erased_at, reason, erased_by) VALUES ($1, $2, $3, $4)
"""
IS_ERASED: Final = "SELECT EXISTS (SELECT FROM erasures WHERE person_id = $1)"


class PersonPosition(NamedTuple):
    """Where a person stands in the list."""

    sort_name: str
    id: UUID


async def operators_hold(addresses: Collection[str], day: date, tx: Transaction) -> bool:
    """Whether one of these addresses, in lower case, is that of an operator on a day or later."""
    return bool(await tx.fetchval(OPERATORS_HOLD, list(addresses), day))


async def names_of(people: Collection[UUID], tx: Transaction) -> dict[UUID, str]:
    """Those of these ids who are people of this instance, by their names."""
    return {row["id"]: row["name"] for row in await tx.fetch(NAMES, list(people))}


async def with_mandates(organisations: Collection[UUID], tx: Transaction) -> frozenset[UUID]:
    """Those of these organisations in which somebody holds or held a mandate."""
    rows = await tx.fetch(WITH_MANDATES, list(organisations))
    return frozenset(row["organisation_id"] for row in rows)


async def insert(person: Person, tx: Transaction) -> None:
    await tx.execute(INSERT, *_columns(person), person.record.is_sample)
    await _add_mandates(person, tx)
    await _add_contacts(person, tx)


async def update(person: Person, before: Person, tx: Transaction) -> None:
    """Replace what was said of the person. Lock the person before."""
    await tx.execute(UPDATE, *_columns(person))
    if person.record.mandates != before.record.mandates:
        await tx.execute(CLEAR_MANDATES, person.id)
        await _add_mandates(person, tx)
    if person.record.contact_points != before.record.contact_points:
        await tx.execute(CLEAR_CONTACTS, person.id)
        await _add_contacts(person, tx)


async def delete(person_id: UUID, tx: Transaction) -> None:
    """With all that hangs on the person, accounts, sessions and invitations among them."""
    await tx.execute(DELETE, person_id)


async def note_erasure(person_id: UUID, reason: ErasureReason, by: UUID, tx: Transaction) -> None:
    """Keep that they were erased, when, why, and by whom: ids alone."""
    await tx.execute(NOTE_ERASURE, person_id, tx.now, reason, by)


async def is_erased(person_id: UUID, tx: Transaction) -> bool:
    return bool(await tx.fetchval(IS_ERASED, person_id))


async def lock(person_id: UUID, tx: Transaction) -> Person | None:
    return await get(person_id, tx) if await tx.fetchval(LOCK, person_id) else None


async def get(person_id: UUID, tx: Transaction) -> Person | None:
    row = await tx.fetchrow(GET, person_id)
    return _person(row) if row else None


async def list_people(
    organisation: UUID | None, after: PersonPosition | None, fetch: int, tx: Transaction
) -> list[tuple[PersonPosition, Person]]:
    """By family name; those with a mandate in `organisation`, of whatever date, or all."""
    rows = await tx.fetch(LIST, organisation, *(after or (None, None)), fetch)
    return [(PersonPosition(row["sort_name"], row["id"]), _person(row)) for row in rows]


async def _add_mandates(person: Person, tx: Transaction) -> None:
    mandates = person.record.mandates
    if not mandates:
        return
    await tx.execute(
        ADD_MANDATES,
        person.id,
        [mandate.organisation_id for mandate in mandates],
        [mandate.role for mandate in mandates],
        [mandate.since for mandate in mandates],
        [mandate.until for mandate in mandates],
    )


async def _add_contacts(person: Person, tx: Transaction) -> None:
    points = person.record.contact_points
    if not points:
        return
    kinds, values = [point.kind for point in points], [point.value for point in points]
    await tx.execute(ADD_CONTACTS, person.id, kinds, values)


def _columns(person: Person) -> tuple[UUID, int, str, str, str]:
    record: PersonRecord = person.record
    return (person.id, person.version, record.given_name, record.family_name, record.language)


def _person(row: Row) -> Person:
    view = PersonView.model_validate_json(row["record"])
    return Person(row["id"], row["version"], person_record_of(view))

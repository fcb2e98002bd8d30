"""Organisations that this instance owns."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from intercoop_chassis.postgres import Row, Transaction
from intercoop_contracts.directory import OrganisationView
from intercoop_directory.organisations.domain.organisation import Organisation
from intercoop_directory.organisations.domain.views import organisation_view, record_of

_IDENTITIES: Final = "directory/identities"

SHARE_IDENTITIES: Final = "SELECT pg_advisory_xact_lock_shared(hashtextextended($1, 0))"
OWN_IDENTITY: Final = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))"

INSERT: Final = """
INSERT INTO organisations (owner, as_of, id, version, record)
SELECT $1, $2, id, version, record::jsonb
FROM unnest($3::uuid[], $4::bigint[], $5::text[]) AS new (id, version, record)
"""
UPDATE: Final = """
UPDATE organisations SET as_of = $1, version = new.version, record = new.record::jsonb
FROM unnest($2::uuid[], $3::bigint[], $4::text[]) AS new (id, version, record)
WHERE organisations.id = new.id AND organisations.record <> new.record::jsonb
"""
LOCK_ONE: Final = "SELECT id, version, record FROM organisations WHERE id = $1 FOR UPDATE"
READ: Final = "SELECT id, version, record FROM organisations WHERE id = $1"
LOCK_ALL: Final = "SELECT id, version, record FROM organisations ORDER BY id FOR UPDATE"
READ_ALL: Final = "SELECT id, version, record FROM organisations ORDER BY id"
STATE_OF_ALL: Final = "SELECT count(*) || ' ' || coalesce(max(as_of)::text, '') FROM organisations"
REMOVE: Final = "DELETE FROM organisations WHERE id = ANY ($1::uuid[])"
FORGET_PREVIOUS: Final = "DELETE FROM previous_records WHERE organisation_id = ANY ($1::uuid[])"
BY_SIREN: Final = "SELECT id FROM organisations WHERE siren = $1"
KEEP_PREVIOUS: Final = """
INSERT INTO previous_records (organisation_id, version, record) VALUES ($1, $2, $3::jsonb)
ON CONFLICT (organisation_id) DO UPDATE SET version = EXCLUDED.version, record = EXCLUDED.record
"""
PREVIOUS: Final = """
SELECT organisation_id AS id, version, record FROM previous_records WHERE organisation_id = $1
"""


async def lock_siren(siren: str | None, tx: Transaction) -> None:
    """Let nobody else register this SIREN before the transaction ends; call it first of all.

    An import, which may register any, waits for this transaction, and this one for an import.
    """
    await tx.execute(SHARE_IDENTITIES, _IDENTITIES)
    if siren:
        await tx.execute(OWN_IDENTITY, f"{_IDENTITIES}/{siren}")


async def lock_all(tx: Transaction) -> list[Organisation]:
    """Every organisation, held still, and nobody else may register one meanwhile."""
    await tx.execute(OWN_IDENTITY, _IDENTITIES)
    return [_organisation(row) for row in await tx.fetch(LOCK_ALL)]


async def read_all(tx: Transaction) -> list[Organisation]:
    """Every organisation, as it is at this moment."""
    return [_organisation(row) for row in await tx.fetch(READ_ALL)]


async def state_of_all(tx: Transaction) -> str:
    """A text that is another one whenever an organisation was registered, changed or withdrawn."""
    return str(await tx.fetchval(STATE_OF_ALL))


async def lock(organisation_id: UUID, tx: Transaction) -> Organisation | None:
    row = await tx.fetchrow(LOCK_ONE, organisation_id)
    return _organisation(row) if row else None


async def read(organisation_id: UUID, tx: Transaction) -> Organisation | None:
    row = await tx.fetchrow(READ, organisation_id)
    return _organisation(row) if row else None


async def id_of_siren(siren: str, tx: Transaction) -> UUID | None:
    found: UUID | None = await tx.fetchval(BY_SIREN, siren)
    return found


async def insert(organisations: Sequence[Organisation], tx: Transaction) -> None:
    if organisations:
        tx.outdate_reads()
        await tx.execute(INSERT, tx.owner, tx.now, *_columns(organisations))


async def update(organisations: Sequence[Organisation], tx: Transaction) -> None:
    """Replace what is said of them. Lock them, or check their versions, before.

    An equal record is no change, as in `published`: version and time stay.
    """
    if organisations:
        tx.outdate_reads()
        await tx.execute(UPDATE, tx.now, *_columns(organisations))


async def remove(ids: Sequence[UUID], tx: Transaction) -> None:
    """As if they had never been registered. Lock them before."""
    if ids:
        tx.outdate_reads()
        await tx.execute(REMOVE, list(ids))
        await tx.execute(FORGET_PREVIOUS, list(ids))


async def keep_previous(organisation: Organisation, tx: Transaction) -> None:
    """Keep what is said of it before it changes, in place of what was said before that."""
    text = organisation_view(organisation.record).model_dump_json()
    await tx.execute(KEEP_PREVIOUS, organisation.id, organisation.version, text)


async def previous(organisation_id: UUID, tx: Transaction) -> Organisation | None:
    """As it was before its last change by somebody; None where nobody has changed it."""
    row = await tx.fetchrow(PREVIOUS, organisation_id)
    return _organisation(row) if row else None


def _columns(organisations: Sequence[Organisation]) -> tuple[list[UUID], list[int], list[str]]:
    return (
        [organisation.id for organisation in organisations],
        [organisation.version for organisation in organisations],
        [
            organisation_view(organisation.record).model_dump_json()
            for organisation in organisations
        ],
    )


def _organisation(row: Row) -> Organisation:
    view = OrganisationView.model_validate_json(row["record"])
    return Organisation(row["id"], row["version"], record_of(view))

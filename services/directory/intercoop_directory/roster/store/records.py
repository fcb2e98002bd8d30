"""Whole records of many people at once."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from intercoop_chassis.postgres import Transaction
from intercoop_contracts.directory import PersonView
from intercoop_directory.people.domain import PersonRecord, person_record_of

RECORDS: Final = "SELECT id, record FROM person_records WHERE id = ANY ($1::uuid[])"


async def records_of(ids: Sequence[UUID], tx: Transaction) -> dict[UUID, PersonRecord]:
    """By id; without those that are not there."""
    rows = await tx.fetch(RECORDS, ids)
    return {
        row["id"]: person_record_of(PersonView.model_validate_json(row["record"])) for row in rows
    }

"""Imports organisations from a spreadsheet: good rows in one transaction, the others given back."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from intercoop_chassis.errors import InvalidError
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.refusals import Refusal
from intercoop_directory.communes.handlers import gazetteer
from intercoop_directory.imports.domain.files.decoding import decode
from intercoop_directory.imports.domain.plan import ImportBasis, ImportPlan, make_plan
from intercoop_directory.imports.domain.reading import read_rows
from intercoop_directory.imports.domain.rows import RowError, RowWish
from intercoop_directory.imports.domain.table import Table, read_table
from intercoop_directory.imports.domain.writing import rejected_csv
from intercoop_directory.organisations import projections
from intercoop_directory.organisations.domain.organisation import Organisation
from intercoop_directory.organisations.handlers import publish
from intercoop_directory.organisations.store import own

MAX_BYTES: Final = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Sheet:
    """A spreadsheet that could be read; its rows may still be refused."""

    encoding: str
    table: Table
    wishes: tuple[RowWish, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or would do: counts of rows, and why the refused ones were."""

    rows: int
    created: int
    changed: int
    unchanged: int
    refused: int
    errors: tuple[RowError, ...]
    rejected_csv: str | None
    """The refused rows, to correct and import again; None when there are none."""

    encoding: str
    separator: str
    ignored_columns: tuple[str, ...]


def read_sheet(data: bytes) -> Sheet:
    """The rows of a CSV file. Raises `InvalidError` when it is not one. Takes its time."""
    if len(data) > MAX_BYTES:
        raise InvalidError("file", "is larger than 10 MiB", "Import it as several files")
    decoded = decode(data)
    if isinstance(decoded, Refusal):
        raise _invalid(decoded)
    table = read_table(decoded.text)
    if isinstance(table, Refusal):
        raise _invalid(table)
    return Sheet(decoded.encoding, table, read_rows(table))


async def import_sheet(sheet: Sheet, tx: Transaction, *, dry_run: bool = False) -> Imported:
    """Create and change what the rows say; the same sheet again changes and publishes nothing.

    An organisation is recognised by its identifier, its SIREN, or its name and commune. A dry run
    says what would come of it, and writes nothing.
    """
    await tx.take_your_time()
    plan = await plan_rows(sheet.wishes, await own.lock_all(tx), {}, tx)
    if not dry_run:
        await save_plan(plan, tx)
    return _imported(sheet, plan)


async def plan_rows(
    wishes: Sequence[RowWish],
    known: Sequence[Organisation],
    earlier: Mapping[UUID, int],
    tx: Transaction,
) -> ImportPlan:
    """What rows would do to the organisations that are known, and nothing is done.

    `earlier` has the rows of the same file that were carried out before, by their organisation.
    """
    places = {wish.place_name for wish in wishes if wish.place_name}
    sirens = {wish.siren for wish in wishes if wish.siren}
    basis = ImportBasis(
        owner=tx.owner,
        holders=await projections.holders_of(sirens, tx),
        resolve=(await gazetteer(places, tx)).resolve,
        ids=[tx.new_id() for _ in wishes],
    )
    return await asyncio.to_thread(make_plan, wishes, known, basis, earlier)


async def save_plan(plan: ImportPlan, tx: Transaction) -> None:
    """Carry it out. Lock every organisation before it is made."""
    await own.update([changed.after for changed in plan.changed], tx)  # may free a SIREN
    await own.insert(plan.created, tx)
    for created in plan.created:
        publish(created, None, tx)
    for changed in plan.changed:
        publish(changed.after, changed.before.record, tx)


def _imported(sheet: Sheet, plan: ImportPlan) -> Imported:
    return Imported(
        rows=len(sheet.wishes),
        created=len(plan.created),
        changed=len(plan.changed),
        unchanged=plan.unchanged,
        refused=len(plan.refused),
        errors=tuple(plan.errors),
        rejected_csv=rejected_csv(sheet.table, plan.errors) if plan.errors else None,
        encoding=sheet.encoding,
        separator=sheet.table.separator,
        ignored_columns=sheet.table.ignored,
    )


def _invalid(refusal: Refusal) -> InvalidError:
    return InvalidError(
        refusal.field,
        f"{refusal.reason.en} / {refusal.reason.fr}",
        f"{refusal.remedy.en} / {refusal.remedy.fr}",
    )

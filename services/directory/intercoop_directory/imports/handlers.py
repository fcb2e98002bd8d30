"""Imports organisations from a spreadsheet: good rows in one transaction, the others given back."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from intercoop_chassis.errors import InvalidError
from intercoop_chassis.postgres import Database, Transaction
from intercoop_chassis.refusals import Refusal
from intercoop_directory.communes.handlers import gazetteer
from intercoop_directory.imports.domain.files.decoding import decode
from intercoop_directory.imports.domain.plan import ImportBasis, ImportPlan, make_plan
from intercoop_directory.imports.domain.reading import read_rows
from intercoop_directory.imports.domain.rows import RowError, RowWish
from intercoop_directory.imports.domain.table import Table, read_table
from intercoop_directory.imports.domain.writing import (
    export_heading,
    export_lines,
    rejected_csv,
)
from intercoop_directory.organisations import projections
from intercoop_directory.organisations.handlers import publish
from intercoop_directory.organisations.store import own
from intercoop_directory.organisations.store.asked import Question
from intercoop_directory.organisations.store.listing import Order, list_page
from intercoop_directory.organisations.store.search import FoundPosition

MAX_BYTES: Final = 10 * 1024 * 1024
_EXPORT_CHUNK: Final = 500

Ask: TypeAlias = Callable[[Transaction], Awaitable[tuple[Question, Order] | None]]
"""What to export, asked in each transaction anew: words set how much it forgives."""


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
    known = await own.lock_all(tx)
    places = {wish.place_name for wish in sheet.wishes if wish.place_name}
    sirens = {wish.siren for wish in sheet.wishes if wish.siren}
    basis = ImportBasis(
        owner=tx.owner,
        holders=await projections.holders_of(sirens, tx),
        resolve=(await gazetteer(places, tx)).resolve,
        ids=[tx.new_id() for _ in sheet.wishes],
    )
    plan = await asyncio.to_thread(make_plan, sheet.wishes, known, basis)
    if not dry_run:
        await _save(plan, tx)
    return _imported(sheet, plan)


async def _save(plan: ImportPlan, tx: Transaction) -> None:
    await own.update([changed.after for changed in plan.changed], tx)  # may free a SIREN
    await own.insert(plan.created, tx)
    for created in plan.created:
        publish(created, None, tx)
    for changed in plan.changed:
        publish(changed.after, changed.before, tx)


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


async def export(ask: Ask, db: Database) -> AsyncIterator[str]:
    """What agrees with a question as CSV; what cannot be read of it is an error before any line.

    Chunk by chunk, so that no connection is held while a slow reader reads.
    """
    chunk, after = await _chunk(ask, None, db)

    async def lines() -> AsyncIterator[str]:
        yield export_heading()
        following, position = chunk, after
        while following:
            yield following
            following, position = await _chunk(ask, position, db)

    return lines()


async def _chunk(
    ask: Ask, after: FoundPosition | None, db: Database
) -> tuple[str, FoundPosition | None]:
    """The lines after a position; none are left only where there are none: large ones end early."""
    async with db.read() as tx:
        asked = await ask(tx)
        found = await list_page(*asked, after, _EXPORT_CHUNK, tx) if asked else []
    if not asked or not found:
        return "", None
    day = asked[0].filters.on
    return export_lines((known for _, known in found), day), found[-1][0]

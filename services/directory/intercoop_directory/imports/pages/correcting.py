"""A refused row: its wrong cells are corrected here, or it is left out."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final
from uuid import UUID

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from intercoop_chassis.auth.identity import Identity
from intercoop_chassis.context import Context
from intercoop_chassis.errors import ConflictError
from intercoop_chassis.http import RequestContext
from intercoop_chassis.pages import Done, Fault, Flash, done, once, page_router, typed_in
from intercoop_chassis.pages.menu import N_
from intercoop_chassis.postgres import Transaction
from intercoop_directory.access import OrganisationEditor
from intercoop_directory.imports.domain.kept import MAX_CORRECTION, Came, Import
from intercoop_directory.imports.handlers import previewing
from intercoop_directory.imports.handlers.opening import CHOICES, no_such_import
from intercoop_directory.imports.handlers.previewing import Typing
from intercoop_directory.imports.pages.preview import current
from intercoop_directory.imports.pages.rendering import (
    CONFLICT,
    UNPROCESSABLE,
    address_of,
    home_of,
    known,
    number_in,
)
from intercoop_directory.imports.pages.row_page import CELL, RowPage, seen_in
from intercoop_directory.imports.store import rows
from intercoop_directory.imports.store.rows import OpenRow

_READY: Final = N_("Row %(number)s is ready.")
_LEFT_OUT: Final = N_("Row %(number)s is left out of this import.")
_TAKEN_IN: Final = N_("Row %(number)s is taken in again.")
_TOO_LONG: Final = N_("This is too long: write at most %(max_length)s characters.")

router = page_router("directory")


@router.get("/imports/{import_id:uuid}/rows/{number}", summary="A row to correct")
async def show(
    import_id: UUID,
    number: str,
    request: Request,
    _: OrganisationEditor,
    context: RequestContext,
) -> Response:
    kept = await current(import_id, context)
    if kept is None:
        return RedirectResponse(home_of(await known(import_id, context)), 303)
    page = RowPage(request, context, kept, await _row(kept, row_number(number), context))
    return await page.answer(page.form({}))


@router.post("/imports/{import_id:uuid}/rows/{number}", summary="Correct a row")
async def correct(
    import_id: UUID,
    number: str,
    request: Request,
    who: OrganisationEditor,
    context: RequestContext,
) -> Response:
    sent = await typed_in(request)
    kept = await known(import_id, context)
    typed = {field: sent[CELL + field] for field in CHOICES if CELL + field in sent}
    page = RowPage(
        request, context, kept, await _row(kept, row_number(number), context), tuple(typed)
    )
    if too_long := [field for field, text in typed.items() if len(text) > MAX_CORRECTION]:
        text = page.said.gettext(_TOO_LONG) % {"max_length": MAX_CORRECTION}
        form = page.form(typed).with_faults(*(Fault(CELL + field, text) for field in too_long))
        return await page.answer(form, status=UNPROCESSABLE)
    outcome = await _typed(
        kept.id, Typing(row_number(number), typed, seen_in(sent)), sent, who, context
    )
    if isinstance(outcome, Done):
        return done(request, outcome.address, outcome.flash)
    page = replace(page, row=outcome or await _row(kept, row_number(number), context))
    status = UNPROCESSABLE if outcome else CONFLICT
    return await page.answer(page.form(typed), is_stale=outcome is None, status=status)


@router.post("/imports/{import_id:uuid}/rows/{number}/leave-out", summary="Leave a row out")
async def leave_out(
    import_id: UUID,
    number: str,
    request: Request,
    who: OrganisationEditor,
    context: RequestContext,
) -> Response:
    return await _left(import_id, row_number(number), request, (who, context), is_out=True)


@router.post("/imports/{import_id:uuid}/rows/{number}/take-in", summary="Take a row in again")
async def take_in(
    import_id: UUID,
    number: str,
    request: Request,
    who: OrganisationEditor,
    context: RequestContext,
) -> Response:
    return await _left(import_id, row_number(number), request, (who, context), is_out=False)


async def _left(
    import_id: UUID, number: int, request: Request, by: tuple[Identity, Context], *, is_out: bool
) -> Response:
    who, context = by
    await context.db.command(
        lambda tx: previewing.leave_out(import_id, number, who.subject, tx, is_out=is_out)
    )
    text = _LEFT_OUT if is_out else _TAKEN_IN
    undo = f"{address_of(import_id, 'rows')}/{number}/take-in" if is_out else None
    flash = Flash(text=text, values={"number": str(number)}, undo=undo)
    return done(request, address_of(import_id, "preview"), flash)


async def _typed(
    import_id: UUID, typing: Typing, sent: Mapping[str, str], who: Identity, context: Context
) -> Done | OpenRow | None:
    """Done where the row is a good one now."""

    async def decide(tx: Transaction) -> Done | OpenRow | None:
        row = await previewing.correct(import_id, typing, who.subject, tx)
        if row is None or row.shown.came is Came.REFUSED:
            return row
        flash = Flash(text=_READY, values={"number": str(typing.number)})
        return Done(address=address_of(import_id, "preview"), flash=flash)

    async def work(tx: Transaction) -> Done | OpenRow | None:
        about = {**sent, "row": f"{import_id}/{typing.number}"}
        return await once(tx, who, about, lambda: decide(tx))

    return await context.db.command(work)


def row_number(text: str) -> int:
    """The number of a row in an address. Raises `NotFoundError` for what is none."""
    number = number_in({"number": text}, "number")
    if number == 0:
        raise no_such_import()
    return number


async def _row(kept: Import, number: int, context: Context) -> OpenRow:
    async with context.db.statement() as tx:
        row = await rows.get(kept.id, number, tx)
    if row is None:
        raise no_such_import()
    if row.kept.organisation_id:
        raise ConflictError("This row has been applied: change the organisation itself")
    return row

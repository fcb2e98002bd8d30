"""Past imports with what they did, and a field for a file."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query, Request
from starlette.responses import Response

from intercoop_chassis.context import Context
from intercoop_chassis.http import PageRequest, RequestContext
from intercoop_chassis.http.body import takes
from intercoop_chassis.http.pagination import MAX_CURSOR
from intercoop_chassis.pages import (
    ONCE,
    Done,
    Form,
    address,
    done,
    new_once,
    once,
    page_router,
    sent_with_fields,
)
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.refusals import Refused
from intercoop_directory.access import OrganisationEditor
from intercoop_directory.imports.domain.kept import Import
from intercoop_directory.imports.domain.writing import sample_csv
from intercoop_directory.imports.handlers.opening import read_upload, start
from intercoop_directory.imports.handlers.sheets import MAX_BYTES
from intercoop_directory.imports.pages.rendering import (
    LIST,
    OK,
    TEMPLATES,
    UNPROCESSABLE,
    address_of,
    home_of,
)
from intercoop_directory.imports.store.imports import Counts, Position, count, list_imports
from intercoop_directory.people.store import names_of

_OF_A_PAGE: Final = 20
_AROUND_THE_FILE: Final = 64 * 1024

router = page_router("directory")


@dataclass(frozen=True, slots=True)
class Past:
    """An import of the list: whose it is, what it did, and its page."""

    kept: Import
    counts: Counts
    by: str
    address: str


@router.get("/imports", summary="Imports of organisations")
async def index(
    request: Request,
    _: OrganisationEditor,
    context: RequestContext,
    cursor: Annotated[str | None, Query(max_length=MAX_CURSOR)] = None,
) -> Response:
    return await _page(request, context, Form(), cursor)


@router.post(
    "/imports",
    dependencies=[takes(MAX_BYTES + _AROUND_THE_FILE)],
    summary="Send a file to import",
)
async def send(request: Request, who: OrganisationEditor, context: RequestContext) -> Response:
    sent = await sent_with_fields(request, "file")
    upload = await asyncio.to_thread(read_upload, sent.name, sent.content)
    if isinstance(upload, Refused):
        form: Form[Any] = Form()  # Any: a file is all of it
        refused = form.refused(upload, TEMPLATES.words(request))
        return await _page(request, context, refused)
    typed = {ONCE: sent.fields.get(ONCE, ""), "digest": upload.digest.hex()}

    async def begin(tx: Transaction) -> Done:
        kept = await start(upload, who.subject, tx)
        return Done(address=address_of(kept.id, "columns"))

    async def work(tx: Transaction) -> Done:
        return await once(tx, who, typed, lambda: begin(tx))

    outcome = await context.db.command(work)
    return done(request, outcome.address)


@router.get("/imports/sample.csv", summary="A file as it can be imported")
async def sample(_: OrganisationEditor) -> Response:
    headers = {"Content-Disposition": 'attachment; filename="exemple.csv"'}
    return Response(sample_csv(), headers=headers, media_type="text/csv; charset=utf-8")


async def _page(
    request: Request,
    context: Context,
    form: Form[Any],  # Any: as above
    cursor: str | None = None,
) -> Response:
    page = PageRequest(_OF_A_PAGE, cursor)
    async with context.db.read() as tx:
        found = await list_imports(page.after(Position), page.fetch, tx)
        shown = page.of(found, lambda kept: Position(kept.sent_at, kept.id), lambda _: 0)
        counts = await count([kept.id for kept in shown.items], tx)
        names = await names_of({kept.sent_by for kept in shown.items}, tx)
    values = {
        "form": form,
        "once": new_once(),
        "past": _past(shown.items, counts, names),
        "next": address(LIST, {"cursor": shown.next}) if shown.next else "",
        "here": LIST,
    }
    status = UNPROCESSABLE if form.faults else OK
    return TEMPLATES.page(request, "imports/list.html", values, status=status)


def _past(
    found: Sequence[Import], counts: Mapping[UUID, Counts], names: Mapping[UUID, str]
) -> list[Past]:
    return [
        Past(kept, counts[kept.id], names.get(kept.sent_by, ""), home_of(kept)) for kept in found
    ]

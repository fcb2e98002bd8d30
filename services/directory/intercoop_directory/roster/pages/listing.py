"""The people of this instance: found by words, co-operative, role, and state of the account."""

from datetime import date
from typing import Annotated, Any

from fastapi import Request
from fastapi.responses import StreamingResponse
from starlette.responses import Response

from intercoop_chassis.context import Context
from intercoop_chassis.errors import InvalidError
from intercoop_chassis.http import RequestContext, gathered, today
from intercoop_chassis.http.pagination import Page
from intercoop_chassis.pages import answer, page_router
from intercoop_chassis.postgres import Transaction
from intercoop_contracts.directory import Role
from intercoop_directory.access import PeopleKeeper
from intercoop_directory.organisations.store.known import names_of
from intercoop_directory.roster.domain.listed import AccountState, Listed, Place, Question
from intercoop_directory.roster.handlers.exporting import export
from intercoop_directory.roster.pages.asked import Asked, Of, Part, of_asked, question_of
from intercoop_directory.roster.pages.rendering import INVITE, LIST, TEMPLATES, page
from intercoop_directory.roster.store.listing import count_people, list_people

router = page_router("directory")


@router.get("/people", summary="The people of this instance")
async def index(
    request: Request,
    _: PeopleKeeper,
    asked: Annotated[Asked, gathered(Asked)],
    part: Annotated[Part, gathered(Part)],
    context: RequestContext,
) -> Response:
    async with context.db.read() as tx:
        of = await of_asked(asked, tx)
        values = await _found(asked, of, part, context, tx)
    if request.headers.get("hx-request-type") == "partial":  # somebody types
        found = TEMPLATES.markup(request, "roster/found.html", values)
        part_of_it = answer(request, found, no_store=True)
        part_of_it.headers["HX-Replace-Url"] = asked.address()
        return part_of_it
    return page(request, "list.html", {**values, "roles": [role.value for role in Role]})


@router.get("/people/export.csv", summary="The list of people as a file for a spreadsheet")
async def export_file(
    _: PeopleKeeper, asked: Annotated[Asked, gathered(Asked)], context: RequestContext
) -> StreamingResponse:
    async with context.db.read() as tx:
        of = await of_asked(asked, tx)
    if of.is_unclear:
        raise InvalidError("of", "is no one organisation", "Choose it in the list, then export")
    lines = await export(question_of(asked, of), today(context), context.db)
    headers = {
        "Content-Disposition": 'attachment; filename="personnes.csv"',
        "Cache-Control": "no-store",
    }
    return StreamingResponse(lines, headers=headers, media_type="text/csv; charset=utf-8")


async def _found(
    asked: Asked, of: Of, part: Part, context: Context, tx: Transaction
) -> dict[str, Any]:  # Any: a template's values
    question, day = question_of(asked, of), today(context)
    shown: Page[tuple[Place, Listed]] = Page(items=[])
    counts: dict[AccountState, int] = {}
    if not of.is_unclear:
        shown = await _shown(question, part, day, tx)
        counts = dict(await count_people(question, day, tx))
    rows = [person for _, person in shown.items]
    held = (mandate.organisation_id for person in rows for mandate in person.mandates)
    return {
        "list": LIST,
        "invite": INVITE,
        "asked": asked,
        "of": of,
        "rows": rows,
        "names": await names_of(held, tx),
        "day": day,
        "next": asked.address(cursor=shown.next) if shown.next else "",
        "counts": {state.value: counts.get(state, 0) for state in AccountState},
        "total": counts.get(asked.state, 0) if asked.state else sum(counts.values()),
    }


async def _shown(
    question: Question, part: Part, day: date, tx: Transaction
) -> Page[tuple[Place, Listed]]:
    request = part.request
    found = await list_people(question, day, request.after(Place), request.fetch, tx)
    return request.of(found, lambda pair: pair[0], lambda _: 1)

"""A person's record: how to reach them, their mandates by date, their account."""

from datetime import date
from typing import Any, Final
from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from intercoop_chassis.context import Context
from intercoop_chassis.http import RequestContext, today
from intercoop_chassis.pages import Flash, done, new_once, note_ended, page_router
from intercoop_chassis.pages.menu import N_
from intercoop_chassis.postgres import Transaction
from intercoop_directory.access import PeopleKeeper
from intercoop_directory.accounts.handlers.sessions import end_sessions_of, open_sessions
from intercoop_directory.invitations.handlers import revoke
from intercoop_directory.organisations.store.known import names_of
from intercoop_directory.people.domain import Mandate, operates
from intercoop_directory.roster.handlers.inviting import look_at
from intercoop_directory.roster.pages.rendering import INVITE, LIST, OK, page, person_of
from intercoop_directory.standings import handlers as standings
from intercoop_directory.team.domain import ROLES

TAKEN_BACK: Final = Flash(text=N_("The invitation opens nothing any more."))
SESSIONS_ENDED: Final = Flash(text=N_("All sessions of this person have ended."))

router = page_router("directory")


@router.get("/people/{person_id:uuid}", summary="A person's record")
async def show(
    person_id: UUID, request: Request, _: PeopleKeeper, context: RequestContext
) -> Response:
    return await record_page(person_id, request, context)


@router.post("/people/{person_id:uuid}/sessions/end", summary="End all sessions of a person")
async def end_sessions(
    person_id: UUID, request: Request, _: PeopleKeeper, context: RequestContext
) -> Response:
    ended = await context.db.command(lambda tx: end_sessions_of(person_id, tx))
    note_ended(request, person_id, *ended)
    return done(request, f"{LIST}/{person_id}", SESSIONS_ENDED)


@router.post("/people/{person_id:uuid}/revoke", summary="Take an invitation back")
async def take_back(
    person_id: UUID, request: Request, _: PeopleKeeper, context: RequestContext
) -> Response:
    async def work(tx: Transaction) -> None:
        await person_of(person_id, tx)
        await revoke(person_id, tx)

    await context.db.command(work)
    return done(request, f"{LIST}/{person_id}", TAKEN_BACK)


async def record_page(
    person_id: UUID, request: Request, context: Context, *, status: int = OK
) -> Response:
    day = today(context)
    async with context.db.read() as tx:
        person = await person_of(person_id, tx)
        (account,) = await look_at([person_id], tx)
        sessions = await open_sessions(person_id, tx)
        own = await standings.instance(tx)
        record = person.record
        names = await names_of((each.organisation_id for each in record.mandates), tx)
    by_date = sorted(record.mandates, key=lambda each: (each.since, each.role), reverse=True)
    values: dict[str, Any] = {  # Any: a template's values
        "person": person,
        "record": record,
        "here": f"{LIST}/{person_id}",
        "names": names,
        "mandates": [
            (mandate, _has_ended(mandate, day), _is_of_the_team(mandate, own.organisation_id))
            for mandate in by_date
        ],
        "account": account,
        "sessions": len(sessions),
        "invite": INVITE,
        "once": new_once(),
        "may_erase": not operates(record, day),
    }
    return page(request, "record.html", values, status=status)


def _has_ended(mandate: Mandate, day: date) -> bool:
    return mandate.until is not None and mandate.until <= day


def _is_of_the_team(mandate: Mandate, own: UUID | None) -> bool:
    """Whether the team's page ends it, which asks who would shut themselves out."""
    return mandate.role in ROLES and mandate.organisation_id == own

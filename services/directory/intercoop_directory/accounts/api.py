"""Sessions of people over HTTP: staff of this instance end them."""

from uuid import UUID

from fastapi import APIRouter, Request

from intercoop_chassis.context import Context
from intercoop_chassis.http import RequestContext, service_router
from intercoop_chassis.pages import note_ended
from intercoop_directory.access import PeopleKeeper
from intercoop_directory.accounts.handlers.sessions import end_sessions_of

router = service_router("directory")


def routes(_: Context) -> APIRouter:
    return router


@router.post(
    "/people/{person_id:uuid}/sessions/end",
    status_code=204,
    summary="End all sessions of a person",
)
async def end(person_id: UUID, _: PeopleKeeper, request: Request, context: RequestContext) -> None:
    """Staff of this instance only. Every service refuses them within seconds."""
    ended = await context.db.command(lambda tx: end_sessions_of(person_id, tx))
    note_ended(request, person_id, *ended)

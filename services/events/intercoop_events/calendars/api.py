"""Calendar feeds (iCalendar, RFC 5545): an organiser's for everybody, a person's by a secret."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Header, Path, Request, Response
from pydantic import BaseModel, Field

from intercoop_chassis.auth import ANYONE, BY_LINK, Caller
from intercoop_chassis.context import Context
from intercoop_chassis.errors import NotFoundError
from intercoop_chassis.http import Answer, Once, RequestContext, service_router
from intercoop_chassis.http.etag import is_among
from intercoop_chassis.http.texts import Slug
from intercoop_chassis.postgres import Transaction
from intercoop_events.calendars import store
from intercoop_events.calendars.icalendar import Calendar, Calendars

PAST: Final = timedelta(days=92)
"""How far back a feed goes, so that a calendar that was off for a while is set right."""

_ICALENDAR: Final[dict[int | str, dict[str, Any]]] = {  # Any: OpenAPI
    200: {"content": {"text/calendar": {"schema": {"type": "string"}}}},
    304: {"description": "It is as it was when it had the ETag in If-None-Match"},
}

_REVALIDATED: Final = {"Cache-Control": "no-cache"}
"""Public: whoever keeps it asks each time whether it is as it was."""

router = service_router("events")


class CalendarResponse(Response):
    media_type = "text/calendar"


@dataclass(frozen=True, slots=True)
class Answering:
    """Answers with a calendar, unless the caller has the very same."""

    calendars: Calendars
    has: str | None

    async def answer(self, calendar: Calendar, **headers: str) -> Response:
        etag = calendar.etag
        if is_among(etag, self.has):
            return Response(status_code=304, headers={"ETag": etag, **headers})
        content = await self.calendars.written(calendar, etag)
        return CalendarResponse(content, headers={"ETag": etag, **headers})


async def _answering(
    request: Request,
    if_none_match: Annotated[
        str | None, Header(max_length=1000, description="The ETag of the calendar you have")
    ] = None,
) -> Answering:
    """Calendars are kept in the application, for all who ask it."""
    state = request.app.state
    if not hasattr(state, "calendars"):
        state.calendars = Calendars()
    return Answering(state.calendars, if_none_match)


Asked = Annotated[Answering, Depends(_answering)]


class CalendarAddress(BaseModel):
    """Whoever knows the address reads the calendar: keep it to yourself."""

    path: str = Field(examples=["/events/api/calendars/people/Zm9vYmFy.ics"])


@router.get(
    "/calendars/organisers/{organiser}.ics",
    dependencies=[ANYONE],
    response_class=CalendarResponse,
    responses=_ICALENDAR,
    summary="An organiser's meetings, for a calendar",
)
async def of_organiser(organiser: Slug, asked: Asked, context: RequestContext) -> Response:
    """Without signing in: meetings are public. Each with the beginning of its description."""
    async with context.db.read() as tx:
        if not await store.is_organiser(organiser, tx):
            raise NotFoundError(
                f"No organiser is called {organiser} here: the address ends with the short name "
                "that its meetings show as `owner`"
            )
        entries = await store.of_organiser(organiser, context.clock() - PAST, tx)
    name = f"Rencontres : {organiser}"
    calendar = Calendar(name, context.settings.network, entries)
    return await asked.answer(calendar, **_REVALIDATED)


@router.get(
    "/calendars/people/{key}.ics",
    dependencies=[BY_LINK],
    response_class=CalendarResponse,
    responses=_ICALENDAR,
    summary="A person's meetings, for a calendar",
)
async def of_person(
    key: Annotated[str, Path(pattern="^[A-Za-z0-9_-]{1,100}$")],
    asked: Asked,
    context: RequestContext,
) -> Response:
    """By the secret in the address, without signing in."""
    async with context.db.read() as tx:
        person = await store.person_of_key(key, tx)
        if person is None:
            raise NotFoundError("No calendar is at this address: ask for yours again")
        entries = await store.of_person(person, context.clock() - PAST, tx)
    return await asked.answer(Calendar("Mes rencontres", context.settings.network, entries))


@router.get("/calendars/mine", summary="The address of your own calendar")
async def mine(who: Caller, request: Request, context: RequestContext) -> CalendarAddress:
    """404 until you have asked for one."""
    person = who.subject
    async with context.db.read() as tx:
        key = await store.key_of(person, tx)
    if key is None:
        raise NotFoundError("You have no calendar yet: POST here to get one")
    return _address(request, key)


@router.post(
    "/calendars/mine",
    status_code=201,
    response_model=CalendarAddress,
    summary="Get a new address for your own calendar",
)
async def renew(who: Caller, once: Once, request: Request, context: RequestContext) -> Response:
    """The old address stops working."""
    person = who.subject
    key = secrets.token_urlsafe(32)

    async def work(tx: Transaction) -> CalendarAddress:
        await store.set_key(person, key, tx)
        return _address(request, key)

    return await once.run(context.db, work, Answer)


def _address(request: Request, key: str) -> CalendarAddress:
    return CalendarAddress(path=f"{request.url.path.removesuffix('/mine')}/people/{key}.ics")


def routes(_: Context) -> APIRouter:
    return router

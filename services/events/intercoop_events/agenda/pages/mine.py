"""One's own registrations by state, and the secret address of one's own calendar."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from intercoop_chassis.auth import Caller
from intercoop_chassis.http import RequestContext
from intercoop_chassis.pages import Done, Flash, done, new_once, once, page_router, typed_in
from intercoop_chassis.pages.menu import N_
from intercoop_chassis.postgres import Transaction
from intercoop_events.agenda.domain import OwnPlace, own_place
from intercoop_events.agenda.pages.rendering import TEMPLATES, common
from intercoop_events.calendars import store as calendars
from intercoop_events.meetings.domain.known_meeting import KnownMeeting
from intercoop_events.meetings.store import known as meetings
from intercoop_events.organisations import store as organisations
from intercoop_events.registrations import store
from intercoop_events.registrations.store import RegistrationFilter

MINE: Final = "/events/registrations"
MOST: Final = 300
_NEW_ADDRESS: Final = N_("This is the address of your calendar. An earlier one works no more.")

router = page_router("events")


@dataclass(frozen=True, slots=True)
class Registered:
    """A meeting, and where somebody stands at it."""

    known: KnownMeeting
    own: OwnPlace


@router.get("/registrations", summary="Your registrations")
async def index(request: Request, who: Caller, context: RequestContext) -> Response:
    now = context.clock()
    async with context.db.read() as tx:
        wanted = RegistrationFilter(person_id=who.subject)
        found = await store.list_registrations(wanted, None, MOST, tx)
        known = await meetings.get_all({each.meeting_id for each in found}, tx)
        key = await calendars.key_of(who.subject, tx)
        owners = await organisations.owner_names({each.organiser for each in found}, tx)
    newest = {each.meeting_id: each for each in reversed(found)}
    places = [
        Registered(known[id_], own_place(known[id_], each, None, now))
        for id_, each in newest.items()
        if id_ in known
    ]
    coming = [each for each in places if _is_coming(each)]
    others = [each for each in places if not _is_coming(each)]
    values: dict[str, Any] = {  # Any: a template's values
        **common(request, context.settings.owner, owners),
        "coming": sorted(coming, key=_starts),
        "others": sorted(others, key=_starts, reverse=True),
        "calendar": _address(request, key, context.settings.public_url) if key else "",
        "now": now,
        "once": new_once(),
    }
    return TEMPLATES.page(request, "agenda/mine.html", values)


@router.post("/registrations/calendar", summary="Get a new address for your calendar")
async def renew(request: Request, who: Caller, context: RequestContext) -> Response:
    """The old address stops working."""
    sent = {**await typed_in(request), "to": "calendar"}

    async def decide(tx: Transaction) -> Done:
        await calendars.set_key(who.subject, secrets.token_urlsafe(32), tx)
        return Done(address=f"{MINE}#calendar", flash=Flash(text=_NEW_ADDRESS))

    async def work(tx: Transaction) -> Done:
        return await once(tx, who, sent, lambda: decide(tx))

    outcome = await context.db.command(work)
    return done(request, outcome.address, outcome.flash)


def _is_coming(each: Registered) -> bool:
    return each.own.state in {"seated", "waiting", "asked"}


def _starts(each: Registered) -> tuple[datetime, UUID]:
    return each.known.view.starts, each.known.id


def _address(request: Request, key: str, public_url: str | None) -> str:
    origin = (public_url or str(request.base_url)).rstrip("/")
    return f"{origin}/events/api/calendars/people/{key}.ics"

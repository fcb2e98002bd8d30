"""Parts of boards: the next meetings near somebody, their registrations, what a search finds."""

from typing import Any, Final

from markupsafe import Markup
from starlette.requests import Request

from intercoop_chassis.auth import MEMBER
from intercoop_chassis.auth.identity import Identity
from intercoop_chassis.context import Context
from intercoop_chassis.pages import add_part, address, asked_for, page_router
from intercoop_chassis.postgres import Transaction
from intercoop_events.agenda.domain import own_place
from intercoop_events.agenda.pages.asked import LIST
from intercoop_events.agenda.pages.listing import own_places
from intercoop_events.agenda.pages.near import ones_own, place_of
from intercoop_events.agenda.pages.rendering import TEMPLATES, common
from intercoop_events.meetings.domain.known_meeting import KnownMeeting
from intercoop_events.meetings.store import known as meetings
from intercoop_events.meetings.store.known import Around, MeetingFilter
from intercoop_events.organisations import store as organisations
from intercoop_events.registrations import store
from intercoop_events.registrations.store import RegistrationFilter

NEXT: Final = 4
BEST: Final = 8
MINE: Final = 5
NEAR_KM: Final = 100
_LATEST: Final = 100

router = page_router("events")


async def coming(request: Request, context: Context) -> Markup:
    """The next meetings around one's co-operative; where none is, the network's."""
    now, who = context.clock(), _who(request)
    async with context.db.read() as tx:
        mine = await ones_own(who, tx)
        place = next((at for one in mine if (at := place_of(one))), None)
        around = Around(*place.position, NEAR_KM) if place and place.position else None
        found = await meetings.list_meetings(MeetingFilter(now, around=around), None, NEXT, tx)
        is_near = bool(around and found)
        if not found:
            found = await meetings.list_meetings(MeetingFilter(now), None, NEXT, tx)
        values = {
            **common(request, context.settings.owner, await _owners(found, tx)),
            "found": found,
            "places": await own_places(who.subject, found, now, tx),
            "place": place if is_near else None,
            "km": NEAR_KM,
            "now": now,
        }
    return TEMPLATES.markup(request, "agenda/coming.html", values)


async def registered(request: Request, context: Context) -> Markup:
    """What somebody has asked for, waits for or has a seat at."""
    now, who = context.clock(), _who(request)
    async with context.db.read() as tx:
        wanted = RegistrationFilter(person_id=who.subject)
        found = await store.list_registrations(wanted, None, _LATEST, tx)
        live = [each for each in found if each.is_live]
        known = await meetings.get_all({each.meeting_id for each in live}, tx)
        owners = await _owners(list(known.values()), tx)
    places = {
        each.meeting_id: own_place(known[each.meeting_id], each, None, now)
        for each in live
        if each.meeting_id in known
    }
    to_come = [each for each in known.values() if each.view.starts > now]
    values = {
        **common(request, context.settings.owner, owners),
        "found": sorted(to_come, key=lambda each: (each.view.starts, each.id))[:MINE],
        "places": places,
        "now": now,
    }
    return TEMPLATES.markup(request, "agenda/registered.html", values)


async def found(request: Request, context: Context) -> Markup:
    """The part of `/search`: the next eight that have every word, and how many there are."""
    asked, now, who = asked_for(request), context.clock(), _who(request)
    filters = MeetingFilter(now, words=asked)
    async with context.db.read() as tx:
        best = await meetings.list_meetings(filters, None, BEST, tx) if asked else []
        values: dict[str, Any] = {  # Any: a template's values
            **common(request, context.settings.owner, await _owners(best, tx)),
            "found": best,
            "places": await own_places(who.subject, best, now, tx),
            "total": await meetings.count_meetings(filters, tx) if best else 0,
            "whole": address(LIST, {"q": asked}),
            "now": now,
        }
    return TEMPLATES.markup(request, "agenda/search.html", values)


def _who(request: Request) -> Identity:
    who: Identity = request.state.who
    return who


async def _owners(rows: list[KnownMeeting], tx: Transaction) -> dict[str, str]:
    return await organisations.owner_names({each.owner for each in rows}, tx)


add_part(router, "coming", coming, MEMBER)
add_part(router, "registered", registered, MEMBER)
add_part(router, "meetings-found", found, MEMBER)

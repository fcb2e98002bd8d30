"""The network's meetings: the coming ones by week, a month's, or those that are over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from intercoop_chassis.auth import Caller
from intercoop_chassis.clock import day_in_france
from intercoop_chassis.http import PageRequest, RequestContext, gathered, today
from intercoop_chassis.pages import answer, page_router
from intercoop_chassis.postgres import Transaction
from intercoop_events.agenda.domain import OwnPlace, own_place
from intercoop_events.agenda.pages.asked import LIST, RADII_KM, Asked, Part, View
from intercoop_events.agenda.pages.narrowing import WayOut, active, narrowings, total, ways_out
from intercoop_events.agenda.pages.near import Near, near_of, ones_own, place_of
from intercoop_events.agenda.pages.rendering import TEMPLATES, common
from intercoop_events.agenda.pages.weeks import (
    by_week,
    by_week_back,
    month_of,
    next_month,
    previous_month,
)
from intercoop_events.meetings.domain.known_meeting import KnownMeeting
from intercoop_events.meetings.store.known import (
    MeetingFilter,
    MeetingPosition,
    Tally,
    list_back,
    list_meetings,
    tally,
)
from intercoop_events.organisations import store as organisations
from intercoop_events.organisations.domain import Organisation
from intercoop_events.registrations import store as registrations

MOST_OF_MONTH: Final = 300

router = page_router("events")


@dataclass(frozen=True, slots=True)
class Listed:
    """What the page shows: meetings with one's own places, counts of all, and what leads on."""

    rows: Sequence[KnownMeeting] = ()
    next: str | None = None
    places: Mapping[UUID, OwnPlace] | None = None
    tallies: Sequence[Tally] = ()
    ways_out: Sequence[WayOut] = ()


@router.get("/meetings", summary="The network's meetings")
async def index(
    request: Request,
    who: Caller,
    asked: Annotated[Asked, gathered(Asked)],
    part: Annotated[Part, gathered(Part)],
    context: RequestContext,
) -> Response:
    now, home = context.clock(), context.settings.owner
    async with context.db.read() as tx:
        near = await near_of(asked.near, tx)
        listed = Listed()
        if near.unclear is None:
            listed = await _listed(asked, asked.filters(now, near.position), part.request, tx)
        listed = replace(listed, places=await own_places(who.subject, listed.rows, now, tx))
        mine = await ones_own(who, tx)
        owners = {known.owner for known in listed.rows} | {each.owner for each in listed.tallies}
        names = await organisations.owner_names({home, asked.owner or home, *owners}, tx)
    values = {
        **common(request, home, names),
        **_shown(asked, near, listed, now),
        **_choices(request, asked, listed, names),
        "own_places": _around_mine(asked, mine),
        "may_add": who.is_staff_of(home),
        "today": today(context),
    }
    if is_typing(request):
        found = answer(request, TEMPLATES.markup(request, "agenda/found.html", values))
        found.headers["HX-Replace-Url"] = asked.address()
        return found
    return TEMPLATES.page(request, "agenda/list.html", values)


def is_typing(request: Request) -> bool:
    """Whether the list's own script asks for what is found, and for nothing around it."""
    return request.headers.get("hx-request-type") == "partial"


async def own_places(
    person: UUID, rows: Sequence[KnownMeeting], now: datetime, tx: Transaction
) -> dict[UUID, OwnPlace]:
    """Where somebody stands at each of these meetings."""
    own = await registrations.newest_of(person, [known.id for known in rows], tx)
    return {known.id: own_place(known, own.get(known.id), None, now) for known in rows}


async def _listed(
    asked: Asked, filters: MeetingFilter, page: PageRequest, tx: Transaction
) -> Listed:
    read = list_back if filters.over_by else list_meetings
    if asked.view is View.MONTH:
        page = PageRequest(MOST_OF_MONTH)
    found = await read(filters, page.after(MeetingPosition), page.fetch, tx)
    shown = page.of(found, position_of, lambda known: known.bytes)
    tallies = await tally(replace(filters, owner=None, format=None), tx)
    ways = () if shown.items else await ways_out(asked, filters, tx)
    return Listed(shown.items, shown.next, None, tallies, ways)


def position_of(known: KnownMeeting) -> MeetingPosition:
    return MeetingPosition(known.view.starts, known.owner, known.id)


def _shown(
    asked: Asked, near: Near, listed: Listed, now: datetime
) -> dict[str, Any]:  # Any: a template's values
    first = asked.first_of_month(now)
    is_month = asked.view is View.MONTH
    weeks = by_week_back(listed.rows) if asked.past else by_week(listed.rows, day_in_france(now))
    return {
        "asked": asked,
        "near": near,
        "listed": listed,
        "total": total(asked, listed.tallies),
        "weeks": [] if is_month else list(weeks),
        "month": month_of(first, listed.rows) if is_month else [],
        "first": first,
        "months": (_month(asked, previous_month(first)), _month(asked, next_month(first))),
        "next": asked.address(cursor=listed.next) if listed.next and not is_month else "",
        "radii": sorted({*RADII_KM, asked.km}),
        "now": now,
        "here": LIST,
    }


def _choices(
    request: Request, asked: Asked, listed: Listed, owners: dict[str, str]
) -> dict[str, Any]:  # Any: a template's values
    formats = common(request, "", owners)["formats"]
    return {
        "narrowings": narrowings(asked, listed.tallies, owners, formats),
        "active": active(asked, {"format": formats, "owner": owners}),
    }


def _month(asked: Asked, first: date) -> str:
    return asked.address(month=f"{first.year:04}-{first.month:02}")


def _around_mine(asked: Asked, mine: Sequence[Organisation]) -> list[tuple[str, str]]:
    """One's co-operatives that have a place: what each is called, and the agenda around it."""
    placed = [(one.view.name, place) for one in mine if (place := place_of(one))]
    return [(name, asked.address(near=place.written, past=None)) for name, place in placed[:3]]

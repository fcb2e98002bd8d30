"""A meeting: when and where, by whom, and the one state of one's own place."""

from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from intercoop_chassis.auth import Caller
from intercoop_chassis.auth.identity import Identity
from intercoop_chassis.context import Context
from intercoop_chassis.errors import NotFoundError
from intercoop_chassis.http import RequestContext
from intercoop_chassis.maps.detail import Detail, surroundings
from intercoop_chassis.maps.places import Listed, Position
from intercoop_chassis.pages import new_once, page_router
from intercoop_chassis.postgres import Transaction
from intercoop_contracts.events import RegistrationState
from intercoop_events.agenda.domain import OwnPlace, own_place
from intercoop_events.agenda.pages.asked import LIST
from intercoop_events.agenda.pages.near import ones_own
from intercoop_events.agenda.pages.rendering import TEMPLATES, common
from intercoop_events.meetings.domain.known_meeting import KnownMeeting
from intercoop_events.meetings.store import known as meetings, seats
from intercoop_events.organisations import store as organisations
from intercoop_events.organisations.domain import Organisation
from intercoop_events.registrations import store as registrations

AROUND_KM: Final = 70
_OK: Final = 200

router = page_router("events")


class NotDone(NamedTuple):
    """Why what was sent was not done, in words, and the answer's status."""

    text: str
    status: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A meeting with all that its page says of it to one visitor."""

    known: KnownMeeting
    own: OwnPlace
    mine: tuple[Organisation, ...]
    host: Organisation | None
    owners: dict[str, str]


@router.get("/meetings/{meeting_id:uuid}", summary="A meeting")
async def show(
    meeting_id: UUID, request: Request, who: Caller, context: RequestContext
) -> Response:
    return await record_page(meeting_id, request, who, context)


async def record_page(
    meeting_id: UUID,
    request: Request,
    who: Identity,
    context: Context,
    fault: NotDone | None = None,
) -> Response:
    """The page; with `fault`, why what was sent was not done. Raises `NotFoundError`."""
    async with context.db.read() as tx:
        shown = await _shown(meeting_id, who, context, tx)
    home, known = context.settings.owner, shown.known
    values: dict[str, Any] = {  # Any: a template's values
        **common(request, home, shown.owners),
        "known": known,
        "owner_name": shown.owners.get(known.owner, known.owner),
        "view": known.view,
        "own": shown.own,
        "mine": shown.mine,
        "host": shown.host,
        "now": context.clock(),
        "map": _map(known, home),
        "is_staff": who.is_staff_of(home),
        "may_edit": known.version is not None and who.is_staff_of(home),
        "here": f"{LIST}/{known.id}",
        "once": new_once(),
        "fault": fault.text if fault else "",
    }
    return TEMPLATES.page(
        request, "agenda/record.html", values, status=fault.status if fault else _OK
    )


async def _shown(meeting_id: UUID, who: Identity, context: Context, tx: Transaction) -> Shown:
    known = await meetings.get(meeting_id, tx)
    if known is None:
        raise NotFoundError("No meeting has this id: list the coming ones to find the right one")
    own = (await registrations.newest_of(who.subject, [meeting_id], tx)).get(meeting_id)
    rank = None
    if own and own.state is RegistrationState.WAITING and known.version is not None:
        rank = await seats.rank(meeting_id, own.id, tx)
    host = known.view.host
    found = await organisations.get_all([host], tx) if host else {}
    return Shown(
        known,
        own_place(known, own, rank, context.clock()),
        tuple(await ones_own(who, tx)),
        found.get(host) if host else None,
        await organisations.owner_names({known.owner, context.settings.owner}, tx),
    )


def _map(known: KnownMeeting, home: str) -> Detail | None:
    """A small map of where it is; None where nobody knows, or no map shows it."""
    place = known.view.place
    if place.lat is None or place.lon is None:
        return None
    position = Position(place.lat, place.lon)
    if position.point is None:
        return None
    listed = Listed(1, str(known.id), place.commune, position, known.owner == home)
    drawn = surroundings([listed], (position, float(AROUND_KM)), lambda _: f"{LIST}/{known.id}")
    return Detail(drawn.box, drawn.pins, drawn.towns, drawn.unplaced)

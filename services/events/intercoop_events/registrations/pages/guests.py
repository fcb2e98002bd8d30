"""Who comes to a meeting of this instance and who waits: a page to print, and a file."""

import csv
from io import StringIO
from typing import Any, Final
from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from intercoop_chassis.auth import Staff
from intercoop_chassis.errors import NotFoundError
from intercoop_chassis.http import RequestContext
from intercoop_chassis.pages import page_router
from intercoop_chassis.pages.menu import N_
from intercoop_chassis.postgres import Transaction
from intercoop_events.meetings.domain.known_meeting import KnownMeeting
from intercoop_events.meetings.store import known as meetings
from intercoop_events.organisations import store as organisations
from intercoop_events.registrations.pages.rendering import MEETINGS, TEMPLATES, seat_code
from intercoop_events.registrations.store.guests import ExpectedGuest, expected_guests

HEADINGS: Final = (N_("State"), N_("Name"), N_("Co-operative"), N_("Union"), N_("Seat code"))
SEATED, WAITING = N_("has a seat"), N_("waits")
_BOM: Final = "\ufeff"
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")

router = page_router("events")


@router.get("/meetings/{meeting_id:uuid}/guests", summary="Who comes, and who waits")
async def index(meeting_id: UUID, request: Request, _: Staff, context: RequestContext) -> Response:
    async with context.db.read() as tx:
        known = await own_meeting(meeting_id, tx)
        guests = await expected_guests(meeting_id, tx)
        owners = await organisations.owner_names({guest.home for guest in guests}, tx)
    values: dict[str, Any] = {  # Any: a template's values
        "known": known,
        "seated": [guest for guest in guests if guest.is_seated],
        "waiting": [guest for guest in guests if not guest.is_seated],
        "home": context.settings.owner,
        "owner_names": owners,
        "seat_code": seat_code,
        "may_register": known.view.state == "scheduled" and context.clock() < known.view.starts,
        "here": f"{MEETINGS}/{meeting_id}",
    }
    return TEMPLATES.page(request, "registrations/guests.html", values)


@router.get("/meetings/{meeting_id:uuid}/guests.csv", summary="The guests, for a spreadsheet")
async def export(meeting_id: UUID, request: Request, _: Staff, context: RequestContext) -> Response:
    async with context.db.read() as tx:
        await own_meeting(meeting_id, tx)
        guests = await expected_guests(meeting_id, tx)
        owners = await organisations.owner_names({guest.home for guest in guests}, tx)
    gettext = TEMPLATES.words(request).gettext
    rows = [tuple(gettext(heading) for heading in HEADINGS)]
    for guest in guests:
        state = gettext(SEATED if guest.is_seated else WAITING)
        rows.append((state, *_cells(guest, owners)))
    headers = {
        "Content-Disposition": 'attachment; filename="inscrits.csv"',
        "Cache-Control": "no-store",
    }
    return Response(_written(rows), headers=headers, media_type="text/csv; charset=utf-8")


async def own_meeting(meeting_id: UUID, tx: Transaction) -> KnownMeeting:
    """A meeting of this instance; raises `NotFoundError` for others', whose guests are theirs."""
    known = await meetings.get(meeting_id, tx)
    if known is None or known.version is None:
        raise NotFoundError("No meeting of this instance has this id: list them to find it")
    return known


def _cells(guest: ExpectedGuest, owners: dict[str, str]) -> tuple[str, ...]:
    return (
        guest.name or "",
        guest.organisation or "",
        owners.get(guest.home, guest.home),
        seat_code(guest.registration_id),
    )


def _written(rows: list[tuple[str, ...]]) -> str:
    """As French spreadsheets open it; what would be a formula has an apostrophe before it."""
    buffer = StringIO()
    writer = csv.writer(buffer, delimiter=";")
    for row in rows:
        writer.writerow([f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell for cell in row])
    return _BOM + buffer.getvalue()

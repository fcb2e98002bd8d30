"""The whole network's meetings: the coming ones, and one by one."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from intercoop_chassis.auth import Caller
from intercoop_chassis.clock import PARIS
from intercoop_chassis.errors import InvalidError, NotFoundError
from intercoop_chassis.http import (
    ETAG_HEADER,
    Page,
    Paging,
    RequestContext,
    etag,
    gathered,
    service_router,
)
from intercoop_chassis.http.texts import Day, Slug
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.replica import look_up
from intercoop_contracts.bounds import DepartementCode
from intercoop_contracts.directory import ORGANISATIONS, OrganisationView
from intercoop_contracts.events import Format
from intercoop_events.meetings.api.answer import MeetingAnswer
from intercoop_events.meetings.domain.known_meeting import KnownMeeting
from intercoop_events.meetings.store.known import (
    Around,
    MeetingFilter,
    MeetingPosition,
    get,
    list_meetings,
)

router = service_router("events")

_ONE_CENTRE = "Send lat and lon, or organisation, to be told distances"


@dataclass(frozen=True, slots=True)
class Centre:
    """Where the meetings should be near."""

    lat: Annotated[float | None, Query(ge=-90, le=90, allow_inf_nan=False, examples=[43.6])] = None
    lon: Annotated[float | None, Query(ge=-180, le=180, allow_inf_nan=False, examples=[1.44])] = (
        None
    )
    organisation: Annotated[UUID | None, Query(description="Near this organisation")] = None
    radius_km: Annotated[float, Query(ge=0.001, le=20_000, allow_inf_nan=False)] = 50


@dataclass(frozen=True, slots=True)
class FilterQuery:
    """Filters as query parameters. `since` is today, unless it is set."""

    since: Annotated[Day | None, Query(description="The first day; today")] = None
    until: Annotated[Day | None, Query(description="The last day")] = None
    organiser: Annotated[Slug | None, Query(examples=["midi-pyrenees"])] = None
    format: Annotated[Format | None, Query()] = None
    departement: Annotated[DepartementCode | None, Query()] = None
    with_cancelled: Annotated[bool, Query()] = False

    def filters(self, now: datetime, around: Around | None) -> MeetingFilter:
        return MeetingFilter(
            since=_midnight(self.since) if self.since else now,
            until=_midnight(self.until + timedelta(days=1)) if self.until else None,
            owner=self.organiser,
            format=self.format,
            departement=self.departement,
            with_cancelled=self.with_cancelled,
            around=around,
        )


@router.get("/meetings", summary="List the network's coming meetings by date")
async def index(
    _: Caller,
    query: Annotated[FilterQuery, gathered(FilterQuery)],
    centre: Annotated[Centre, gathered(Centre)],
    page: Paging,
    context: RequestContext,
) -> Page[MeetingAnswer]:
    """Every organiser's, each with "as of". Around a place they come with their distance."""
    async with context.db.read() as tx:
        filters = query.filters(context.clock(), await _around(centre, tx))
        found = await list_meetings(filters, page.after(MeetingPosition), page.fetch, tx)
    shown = page.of(found, _position, lambda known: known.bytes)
    return Page(items=[MeetingAnswer.of(known) for known in shown.items], next=shown.next)


@router.get(
    "/meetings/{meeting_id:uuid}",
    responses={200: {"headers": ETAG_HEADER}},
    summary="Read a meeting, whoever organises it",
)
async def show(
    meeting_id: UUID, _: Caller, response: Response, context: RequestContext
) -> MeetingAnswer:
    """Answers while every other instance is down. One of this instance has an ETag."""
    async with context.db.read() as tx:
        known = await get(meeting_id, tx)
    if known is None:
        raise NotFoundError("No meeting has this id: list the coming ones to find the right one")
    if known.version is not None:
        response.headers["ETag"] = etag(known.version)
    return MeetingAnswer.of(known)


def _position(known: KnownMeeting) -> MeetingPosition:
    return MeetingPosition(known.view.starts, known.owner, known.id)


async def _around(centre: Centre, tx: Transaction) -> Around | None:
    if (centre.lat is None) != (centre.lon is None):
        raise InvalidError("lat", "makes a position only together with lon", _ONE_CENTRE)
    if centre.lat is not None and centre.lon is not None:
        if centre.organisation:
            raise InvalidError("lat", "is sent beside organisation", _ONE_CENTRE)
        return Around(centre.lat, centre.lon, centre.radius_km)
    return await _around_organisation(centre, tx) if centre.organisation else None


async def _around_organisation(centre: Centre, tx: Transaction) -> Around:
    known = await look_up(ORGANISATIONS, centre.organisation or "", tx)
    commune = known.view.commune if known and isinstance(known.view, OrganisationView) else None
    if commune is None or commune.lat is None or commune.lon is None:
        raise InvalidError("organisation", "has no known position", "Send lat and lon instead")
    return Around(commune.lat, commune.lon, centre.radius_km)


def _midnight(day: Day) -> datetime:
    """The beginning of a day in France, which has 23 to 25 hours."""
    return datetime.combine(day, time.min, PARIS).astimezone(UTC)

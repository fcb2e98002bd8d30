"""Made-up people at made-up meetings: a few seats taken, one meeting full, somebody who waits."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from itertools import cycle, islice
from typing import Final
from uuid import UUID

from intercoop_chassis.errors import ConflictError
from intercoop_chassis.postgres import Database, Transaction
from intercoop_chassis.replica import look_up_all
from intercoop_contracts.directory import ORGANISATIONS, PEOPLE, Role
from intercoop_directory.people.store import list_people
from intercoop_events.meetings.domain.known_meeting import KnownMeeting
from intercoop_events.meetings.store.known import MeetingFilter, list_meetings
from intercoop_events.registrations.domain import Guest
from intercoop_events.registrations.handlers import register
from intercoop_local.made_up.eventually import eventually

_COME: Final = (5, 3, 7, 2, 9)
"""How many come to one meeting after the other; where there are fewer seats, the rest waits."""

_MANY: Final = 200


async def managers(directory: Database) -> list[Guest]:
    """Everybody who manages a co-operative of an instance, in whose name they come."""
    async with directory.read() as tx:
        people = await list_people(None, None, _MANY, tx)
    return [
        Guest(person.id, mandate.organisation_id)
        for _, person in people
        for mandate in person.record.mandates
        if mandate.role is Role.MANAGER
    ]


async def come(guests: Sequence[Guest], events: Database, owner: str, now: datetime) -> None:
    """Register some of an owner's people at its coming samples where nobody is registered."""
    if not guests:
        return
    people = [guest.person_id for guest in guests]
    organisations = [guest.organisation_id for guest in guests]
    await eventually(
        partial(_knows, events, people, organisations), f"people and co-operatives of {owner}"
    )
    comers = cycle(guests)
    for meeting, count in zip(await coming(events, owner, now), cycle(_COME), strict=False):
        chosen = list(islice(comers, count))
        if meeting.seats is None or not meeting.seats.seated:
            for guest in chosen:
                await _register(guest, meeting.id, events, now)


async def coming(events: Database, owner: str, now: datetime) -> list[KnownMeeting]:
    """The owner's own samples that are to come, by date."""
    async with events.read() as tx:
        found = await list_meetings(MeetingFilter(since=now, owner=owner), None, _MANY, tx)
    return [each for each in found if each.view.is_sample]


async def _register(guest: Guest, meeting_id: UUID, events: Database, now: datetime) -> None:
    async def work(tx: Transaction) -> None:
        await register(guest, meeting_id, tx.new_id(), tx, now=now)

    try:
        await events.command(work)
    except ConflictError:
        return  # registered when this was interrupted


async def _knows(db: Database, people: list[UUID], organisations: list[UUID]) -> bool:
    async with db.read() as tx:
        known = await look_up_all(PEOPLE, people, tx)
        around = await look_up_all(ORGANISATIONS, organisations, tx)
    return len(known) == len(set(people)) and len(around) == len(set(organisations))

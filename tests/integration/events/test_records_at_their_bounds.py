"""What others publish at the bounds of its contract breaks no page and no calendar of `events`."""

from datetime import timedelta

import pytest

from intercoop_contracts.directory import ORGANISATIONS, PEOPLE
from intercoop_contracts.events import MEETING_SEATS, MEETINGS, SEAT_ANSWERS, SEAT_REQUESTS
from testkit.extremes import Extreme, at_the_bounds
from testkit.reading_routes import Reading, arrivals, reading_routes

PLACES = [(0, 0), (90, 0), (-90, 180), (43.6, 1.44), (1e-9, -1e-9), (5e-324, 0)]
WHENEVER = {"since": "1800-01-01", "with_cancelled": True}


@pytest.fixture
async def meetings(home):
    """Meetings of another organiser, at every bound, and how full they are; by id."""
    events = arrivals(MEETINGS, "auvergne")
    await home.consumer.receive(events.values(), alone=True)
    return events


def to_come(now):
    """Meetings at every bound of what they say, for which one can register."""
    starts = now + timedelta(days=10)
    dates = {"starts": starts.isoformat(), "ends": (starts + timedelta(hours=3)).isoformat()}
    for where, view in at_the_bounds(MEETINGS, "auvergne"):
        if where == "starts=2199-12-31T23:59:59.999999+00:00":
            yield Extreme(where, view | {"ends": view["starts"]})
        elif "cancelled" not in where and not where.startswith(("starts", "ends")):
            yield Extreme(where, view | dates | {"state": "scheduled"})


async def test_meetings_are_listed_to_the_last_page(staff, meetings):
    reading = Reading(staff)
    listed = await reading.all("/meetings", limit=1, **WHENEVER)
    for filters in ({}, {"until": "2199-12-31"}, {"organiser": "auvergne"}, {"departement": "989"}):
        await reading.all("/meetings", **filters)
    assert reading.broken == []
    assert {item["id"] for item in listed} == set(meetings)


async def test_each_meeting_is_read_by_itself(staff, meetings):
    reading = Reading(staff)
    await reading.each("/meetings/{}", meetings)
    assert reading.broken == []


async def test_meetings_near_any_place_are_found(home, staff, meetings):
    organisations = arrivals(ORGANISATIONS, "auvergne")
    await home.consumer.receive(organisations.values())
    reading = Reading(staff)
    for lat, lon in PLACES:
        for radius in (0.001, 50, 20_000):
            await reading.all("/meetings", lat=lat, lon=lon, radius_km=radius, **WHENEVER)
    for subject, event in organisations.items():
        commune = event.after.commune
        if commune and None not in {commune.lat, commune.lon}:
            await reading.one("/meetings", organisation=subject, radius_km=20_000, **WHENEVER)
    assert reading.broken == []


async def test_an_organisers_calendar_is_read_by_anybody(staff, meetings):
    reading = Reading(staff)
    calendar = await reading.one("/calendars/organisers/auvergne.ics")
    assert reading.broken == []
    assert "SEQUENCE:1000000000" in calendar


async def test_guests_of_such_meetings_have_calendars_and_registrations(home, staff):
    meetings = arrivals(MEETINGS, "auvergne", to_come(home.clock()))
    await home.consumer.receive(meetings.values(), alone=True)
    person, organisation = await home.knows_person(), await home.knows_organisation()
    for meeting in meetings:
        body = {"meeting_id": meeting, "organisation_id": str(organisation)}
        answer = await staff.post("/registrations", json=body | {"person_id": str(person)})
        assert answer.status_code == 201, answer.text
    reading = Reading(staff)
    registrations = await reading.all("/registrations")
    await reading.each("/registrations/{}", [item["id"] for item in registrations])
    async with home.client(sub=str(person), roles=["member"]) as guest:
        address = (await guest.post("/calendars/mine")).json()["path"]
        calendar = await guest.get(address.removeprefix("/events/api"))
    assert reading.broken == []
    assert len(registrations) == len(meetings)
    assert calendar.status_code == 200
    assert calendar.text.count("BEGIN:VEVENT") == len(meetings)


@pytest.mark.parametrize("stream", [MEETING_SEATS, SEAT_ANSWERS], ids=lambda stream: stream.name)
async def test_what_is_said_of_seats_breaks_no_page(home, staff, stream):
    await home.consumer.receive(arrivals(MEETINGS, "auvergne").values())
    await home.consumer.receive(arrivals(stream, "auvergne").values())
    reading = Reading(staff)
    await reading.all("/meetings", **WHENEVER)
    await reading.all("/registrations")
    assert reading.broken == []


async def test_counts_at_their_bounds_are_shown_with_their_meeting(home, staff, meetings):
    subjects = list(meetings)
    counts = arrivals(MEETING_SEATS, "auvergne")
    shown = [
        event._replace(envelope=event.envelope._replace(subject=subject))
        for subject, event in zip(subjects, counts.values(), strict=False)
    ]
    await home.consumer.receive(shown)
    reading = Reading(staff)
    listed = {item["id"]: item for item in await reading.all("/meetings", **WHENEVER)}
    assert reading.broken == []
    assert [listed[event.envelope.subject]["seats"] for event in shown] == [
        event.after.model_dump() for event in shown
    ]


async def test_wishes_at_their_bounds_are_answered(home, staff, announce):
    meeting = await announce()
    wishes = [
        Extreme(where, view | {"organiser": home.owner, "meeting_id": meeting["id"]})
        for where, view in at_the_bounds(SEAT_REQUESTS, "auvergne", home.owner)
    ]
    await home.consumer.receive(arrivals(SEAT_REQUESTS, "auvergne", wishes).values(), alone=True)
    people = arrivals(PEOPLE, home.owner)
    await home.consumer.receive(people.values())
    reading = Reading(staff)
    guests = await reading.one(f"/meetings/{meeting['id']}/guests")
    await reading.one(f"/meetings/{meeting['id']}")
    assert reading.broken == []
    assert len(guests["items"]) == sum(wish.view["wish"] == "wanted" for wish in wishes)


def test_every_route_that_reads_is_known_here():
    """A new one is to be read above, after records at their bounds have arrived."""
    assert reading_routes("events") == {
        "/calendars/mine",
        "/calendars/organisers/{organiser}.ics",
        "/calendars/people/{key}.ics",
        "/meetings",
        "/meetings/{meeting_id}",
        "/meetings/{meeting_id}/guests",
        "/registrations",
        "/registrations/{registration_id}",
    }

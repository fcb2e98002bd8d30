"""Calendar feeds, as a calendar program reads them."""

from datetime import UTC, timedelta
from uuid import uuid4

import httpx
import icalendar

from testkit.events_service import API, meeting_body
from testkit.ids import new_id


def events_of(answer):
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"].startswith("text/calendar")
    return icalendar.Calendar.from_ical(answer.content).walk("VEVENT")


def anonymous(events):
    return httpx.AsyncClient(base_url=API, transport=httpx.ASGITransport(app=events.app))


async def test_an_organisers_feed_follows_moves_and_cancellations_under_one_uid(
    home, neighbour, staff, announce
):
    made = await announce(title="Visite : l'atelier; à voir", description="Deux\nlignes")
    await neighbour.hears_from(home)
    async with anonymous(neighbour) as anyone:
        (event,) = events_of(await anyone.get("/calendars/organisers/midi-pyrenees.ics"))
        assert str(event["UID"]) == f"{made['id']}@midi-pyrenees.test"
        assert str(event["SUMMARY"]) == "Visite : l'atelier; à voir"
        assert str(event["DESCRIPTION"]) == "Deux\nlignes"
        assert (event["SEQUENCE"], str(event["STATUS"])) == (0, "CONFIRMED")
        assert event.start.isoformat() == made["starts"].replace("Z", "+00:00")

        later = home.clock() + timedelta(days=30)
        body = meeting_body(
            home.clock(),
            starts=later.isoformat(),
            ends=(later + timedelta(hours=2)).isoformat(),
        )
        await staff.put(f"/meetings/{made['id']}", json=body, headers={"If-Match": '"1"'})
        await staff.post(f"/meetings/{made['id']}/cancel", json={})
        await neighbour.hears_from(home)
        (after,) = events_of(await anyone.get("/calendars/organisers/midi-pyrenees.ics"))
        assert after["UID"] == event["UID"]
        assert (after["SEQUENCE"], str(after["STATUS"])) == (2, "CANCELLED")
        assert after.start.date() == later.date()


async def test_moments_are_in_utc_whatever_clock_the_organiser_wrote_them_by(home, neighbour):
    from zoneinfo import ZoneInfo

    from intercoop_contracts.events import MEETINGS, Format, MeetingView, PlaceView
    from testkit.in_memory_network import state_event

    starts = home.clock().astimezone(ZoneInfo("Europe/Paris")).replace(microsecond=0)
    view = MeetingView(
        title="Ailleurs",
        format=Format.VISIT,
        place=PlaceView(commune="Limoges"),
        starts=starts,
        ends=starts + timedelta(hours=2),
        schedule_revision=0,
    )
    await neighbour.consumer.receive([state_event(MEETINGS, "limousin", new_id("limousin"), view)])
    async with anonymous(neighbour) as anyone:
        answer = await anyone.get("/calendars/organisers/limousin.ics")
    assert f"DTSTART:{starts.astimezone(UTC):%Y%m%dT%H%M%SZ}" in answer.text


async def test_a_person_reads_their_own_feed_by_a_secret_address(home, announce, registers):
    first, second = await announce(seats=1, title="Assis"), await announce(seats=1, title="Attente")
    await announce(title="Sans moi")
    await registers(home, second["id"])
    person = str(uuid4())
    organisation = await home.knows_organisation()
    for meeting in (first, second):
        await registers(home, meeting["id"], sub=person, organisation=organisation)
    async with home.client(sub=person, roles=["member"]) as me, anonymous(home) as anyone:
        assert (await me.get("/calendars/mine")).status_code == 404
        path = (await me.post("/calendars/mine")).json()["path"]
        assert (await me.get("/calendars/mine")).json()["path"] == path
        found = events_of(await anyone.get(f"http://events.test{path}"))
        assert {str(one["SUMMARY"]): str(one["STATUS"]) for one in found} == {
            "Assis": "CONFIRMED",
            "Attente": "TENTATIVE",
        }
        await me.post("/calendars/mine")
        assert (await anyone.get(f"http://events.test{path}")).status_code == 404

"""Calendar feeds, as a calendar program reads them."""

from datetime import UTC, timedelta
from itertools import pairwise
from uuid import uuid4

import httpx
import icalendar
import pytest

from intercoop_chassis.consumer.owners import settle_tags
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


async def test_a_calendar_program_sees_that_who_waited_has_a_seat(home, staff, announce, registers):
    made = await announce(seats=1)
    organisation = await home.knows_organisation()
    first = (await registers(home, made["id"])).json()
    person = str(uuid4())
    mine = (await registers(home, made["id"], sub=person, organisation=organisation)).json()
    async with home.client(sub=person, roles=["member"]) as me, anonymous(home) as anyone:
        path = f"http://events.test{(await me.post('/calendars/mine')).json()['path']}"
        waiting, etag = await one_event(anyone, path)
        home.clock.advance(seconds=60)
        await staff.post(f"/registrations/{first['id']}/withdraw")
        seated, _ = await one_event(anyone, path, etag)
        home.clock.advance(seconds=60)
        await me.post(f"/registrations/{mine['id']}/withdraw")
        gone = events_of(await anyone.get(path))
        home.clock.advance(seconds=60)
        await registers(home, made["id"], sub=person, organisation=organisation)
        again, _ = await one_event(anyone, path)
        home.clock.advance(seconds=60)
        await staff.post(f"/meetings/{made['id']}/cancel", json={})
        cancelled, _ = await one_event(anyone, path)

    versions = (waiting, seated, again, cancelled)
    assert gone == []
    assert [str(one["STATUS"]) for one in versions] == [
        "TENTATIVE", "CONFIRMED", "CONFIRMED", "CANCELLED",
    ]  # fmt: skip
    assert len({str(one["UID"]) for one in versions}) == 1
    for before, after in pairwise(versions):
        assert before["SEQUENCE"] < after["SEQUENCE"]
        for moment in ("LAST-MODIFIED", "DTSTAMP"):
            assert before[moment].dt < after[moment].dt


async def one_event(anyone, path, etag=None):
    """The only event of a calendar, which is not as it was with this ETag."""
    answer = await anyone.get(path, headers={"If-None-Match": etag} if etag else {})
    (event,) = events_of(answer)
    return event, answer.headers["ETag"]


async def test_a_change_of_words_is_seen_and_counts_as_no_new_date(home, staff, announce):
    made = await announce()
    path = "/calendars/organisers/midi-pyrenees.ics"
    async with anonymous(home) as anyone:
        before, etag = await one_event(anyone, path)
        home.clock.advance(seconds=60)
        body = meeting_body(home.clock(), title="Autre titre")
        body |= {field: made[field] for field in ("starts", "ends")}
        await staff.put(f"/meetings/{made['id']}", json=body, headers={"If-Match": '"1"'})
        after, _ = await one_event(anyone, path, etag)
    assert before["SEQUENCE"] == after["SEQUENCE"]
    assert before["LAST-MODIFIED"].dt < after["LAST-MODIFIED"].dt


async def test_an_organiser_whom_nobody_knows_has_no_calendar(home, neighbour, announce):
    async with anonymous(neighbour) as anyone:
        unknown = await anyone.get("/calendars/organisers/midi-pyrenee.ics")
        own = await anyone.get("/calendars/organisers/auvergne.ics")
        async with neighbour.db.transaction() as tx:
            await settle_tags("auvergne", ["limousin"], tx)
        silent = await anyone.get("/calendars/organisers/limousin.ics")
        await announce()
        await neighbour.hears_from(home)
        known = await anyone.get("/calendars/organisers/midi-pyrenees.ics")

    assert (unknown.status_code, unknown.json()["code"]) == (404, "not-found")
    assert "midi-pyrenee" in unknown.json()["detail"]
    assert (events_of(own), events_of(silent)) == ([], [])
    assert len(events_of(known)) == 1


@pytest.mark.parametrize("has", ["W/{}", "{}-gzip", '"x", {}', "*"])
async def test_a_calendar_as_it_was_is_recognised_however_proxies_write_its_etag(
    home, announce, has
):
    await announce()
    async with anonymous(home) as anyone:
        path = "/calendars/organisers/midi-pyrenees.ics"
        etag = (await anyone.get(path)).headers["ETag"]
        sent = has.format(etag) if "gzip" not in has else etag.removesuffix('"') + '-gzip"'
        same = await anyone.get(path, headers={"If-None-Match": sent})
        other = await anyone.get(path, headers={"If-None-Match": '"x", W/"y"'})
    assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", etag)
    assert other.status_code == 200

"""Meetings as staff write them and as the whole network reads them."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from testkit.events_service import PLACE, meeting_body


async def test_a_meeting_is_there_for_every_instance_with_its_seats(home, neighbour, announce):
    made = await announce(seats=12)
    await neighbour.hears_from(home)
    async with neighbour.client(roles=["member"]) as anyone:
        read = (await anyone.get(f"/meetings/{made['id']}")).json()
    assert read["owner"] == "midi-pyrenees"
    assert read["title"] == "Visite de l'atelier"
    assert read["seats"] == {"seats": 12, "seated": 0, "waiting": 0}
    assert read["as_of"]


async def test_the_host_gives_the_place_when_none_is_sent(home, announce):
    host = await home.knows_organisation(name="Menuiserie du Lac")
    made = await announce(host=str(host), place=None)
    assert made["place"]["venue"] == "Menuiserie du Lac"
    assert (made["place"]["commune"], made["place"]["lat"]) == ("Toulouse", 43.6)


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"title": "   "}, "title"),
        ({"seats": 0}, "seats"),
        ({"ends": "2015-01-01T10:00:00+01:00"}, "ends"),
        ({"starts": "2015-01-01T10:00:00+01:00", "ends": "2015-01-01T12:00:00+01:00"}, "starts"),
        ({"starts": "2027-02-04T14:00:00"}, "starts"),
        ({"place": {"commune": "Toulouse", "lat": 43.6}}, "place.lat"),
        ({"place": None}, "place"),
        ({"host": str(uuid4())}, "host"),
    ],
)
async def test_what_is_wrong_is_named_with_a_remedy(home, staff, fields, named):
    answer = await staff.post("/meetings", json=meeting_body(home.clock(), **fields))
    assert answer.status_code == 422, answer.text
    assert named in {error["field"] for error in answer.json()["errors"]}, answer.text
    assert all(error["remedy"] for error in answer.json()["errors"])
    assert await home.fetch("SELECT * FROM published") == []


async def test_a_move_raises_the_schedule_revision_and_a_new_title_does_not(home, staff, announce):
    made = await announce()
    body = meeting_body(home.clock(), title="Autre titre")
    renamed = await staff.put(f"/meetings/{made['id']}", json=body, headers={"If-Match": '"1"'})
    assert (renamed.json()["schedule_revision"], renamed.headers["ETag"]) == (0, '"2"')
    later = home.clock() + timedelta(days=20)
    body |= {"starts": later.isoformat(), "ends": (later + timedelta(hours=2)).isoformat()}
    moved = await staff.put(f"/meetings/{made['id']}", json=body, headers={"If-Match": '"2"'})
    assert moved.json()["schedule_revision"] == 1
    assert datetime.fromisoformat(moved.json()["starts"]) == later
    again = await staff.put(f"/meetings/{made['id']}", json=body, headers={"If-Match": '"3"'})
    assert again.headers["ETag"] == '"3"', "the same again is no change"


async def test_a_change_of_an_older_version_is_refused(home, staff, announce):
    made = await announce()
    body = meeting_body(home.clock(), title="Premier")
    await staff.put(f"/meetings/{made['id']}", json=body, headers={"If-Match": '"1"'})
    late = await staff.put(
        f"/meetings/{made['id']}", json={**body, "title": "Second"}, headers={"If-Match": '"1"'}
    )
    assert late.status_code == 412


async def test_only_staff_of_the_organiser_change_a_meeting(home, neighbour, announce):
    made = await announce()
    body = meeting_body(home.clock())
    async with home.client(roles=["member"]) as member:
        assert (await member.post("/meetings", json=body)).status_code == 403
    await neighbour.hears_from(home)
    async with neighbour.client() as elsewhere:
        answer = await elsewhere.put(
            f"/meetings/{made['id']}", json=body, headers={"If-Match": '"1"'}
        )
    assert answer.status_code == 409
    assert "midi-pyrenees" in answer.json()["detail"]


async def test_a_cancelled_meeting_stays_cancelled_and_leaves_the_list(home, staff, announce):
    made = await announce()
    cancelled = await staff.post(f"/meetings/{made['id']}/cancel", json={"because": "Grève"})
    assert cancelled.json()["state"] == "cancelled"
    assert cancelled.json()["cancelled_because"] == "Grève"
    assert (await staff.get("/meetings")).json()["items"] == []
    shown = (await staff.get("/meetings", params={"with_cancelled": True})).json()["items"]
    assert [one["id"] for one in shown] == [made["id"]]
    body = meeting_body(home.clock())
    changed = await staff.put(f"/meetings/{made['id']}", json=body, headers={"If-Match": '"2"'})
    assert changed.status_code == 409


async def test_the_list_is_filtered_by_place_distance_format_organiser_and_date(
    home, neighbour, announce
):
    near = await announce(title="Toulouse")
    await announce(
        title="Foix", place={"commune": "Foix", "departement": "09", "lat": 42.96, "lon": 1.61}
    )
    await announce(title="Atelier", format="workshop", place={**PLACE, "lat": 43.7})
    later = home.clock() + timedelta(days=40)
    await announce(
        title="Plus tard",
        starts=later.isoformat(),
        ends=(later + timedelta(hours=1)).isoformat(),
        place={"commune": "Aurillac", "departement": "15", "lat": 44.93, "lon": 2.44},
    )
    await neighbour.hears_from(home)
    async with neighbour.client(roles=["member"]) as anyone:

        async def titles(**query):
            answer = await anyone.get("/meetings", params=query)
            assert answer.status_code == 200, answer.text
            return [one["title"] for one in answer.json()["items"]]

        assert len(await titles()) == 4
        assert await titles(departement="09") == ["Foix"]
        assert await titles(format="workshop") == ["Atelier"]
        assert await titles(organiser="auvergne") == []
        assert set(await titles(lat=43.6, lon=1.44, radius_km=30)) == {"Toulouse", "Atelier"}
        day = (home.clock() + timedelta(days=30)).date().isoformat()
        assert await titles(since=day) == ["Plus tard"]
        assert len(await titles(until=day)) == 3
        around = await neighbour.knows_organisation()
        found = (
            await anyone.get("/meetings", params={"organisation": str(around), "radius_km": 1})
        ).json()["items"]
        assert [(one["id"], one["distance_km"]) for one in found] == [(near["id"], 0.0)]


async def test_pages_show_every_meeting_once(announce, staff):
    made = {(await announce(title=f"n° {number}"))["id"] for number in range(5)}
    seen, cursor = [], None
    while True:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await staff.get("/meetings", params=query)).json()
        seen += [one["id"] for one in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert len(seen) == 5
    assert set(seen) == made


async def test_an_organiser_no_longer_followed_is_forgotten(home, neighbour, announce):
    from intercoop_events.meetings import projections

    await announce()
    await neighbour.hears_from(home)
    async with neighbour.db.transaction() as tx:
        await projections.forget_meetings("midi-pyrenees", tx)
        await projections.forget_seats("midi-pyrenees", tx)
    assert await neighbour.fetch("SELECT * FROM calendar") == []
    assert await neighbour.fetch("SELECT * FROM known_seats") == []

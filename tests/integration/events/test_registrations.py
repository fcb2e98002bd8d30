"""Registrations: at home, at another organiser's, the queue, and what becomes of them."""

from datetime import timedelta
from uuid import uuid4

from intercoop_events.registrations import handlers
from testkit.events_service import meeting_body


async def states(events):
    rows = await events.fetch("SELECT state FROM registrations ORDER BY id")
    return [row["state"] for row in rows]


async def test_at_home_the_answer_is_there_at_once_and_the_third_of_two_waits(
    home, announce, registers
):
    meeting = (await announce(seats=2))["id"]
    answers = [await registers(home, meeting) for _ in range(3)]
    assert [one.json()["state"] for one in answers] == ["seated", "seated", "waiting"]
    assert await home.fetch("SELECT seats, seated, waiting FROM known_seats") == [
        {"seats": 2, "seated": 2, "waiting": 1}
    ]


async def test_a_guest_asks_and_is_not_confirmed_until_the_organiser_answers(
    home, neighbour, announce, registers
):
    meeting = (await announce(seats=1))["id"]
    await neighbour.hears_from(home)
    first, second = await registers(neighbour, meeting), await registers(neighbour, meeting)
    assert first.json()["state"] == second.json()["state"] == "asked"
    await home.hears_from(neighbour)
    await neighbour.hears_from(home)
    assert await states(neighbour) == ["seated", "waiting"]
    assert await neighbour.fetch("SELECT seats, seated, waiting FROM known_seats") == [
        {"seats": 1, "seated": 1, "waiting": 1}
    ]
    shared = await home.fetch("SELECT value FROM published WHERE topic LIKE 'shared.%'")
    assert first.json()["person_id"] not in str(shared), "a guest is a co-operative and a seat code"


async def test_a_seat_given_back_goes_to_the_first_who_waits_in_whichever_union(
    home, neighbour, announce, registers
):
    meeting = (await announce(seats=1))["id"]
    await neighbour.hears_from(home)
    seated = await registers(home, meeting, sub=(person := str(uuid4())))
    await registers(neighbour, meeting)
    await home.hears_from(neighbour)
    await registers(home, meeting)
    async with home.client(sub=person, roles=["member"]) as guest:
        answer = await guest.post(f"/registrations/{seated.json()['id']}/withdraw")
        assert answer.json()["state"] == "withdrawn"
        again = await guest.post(f"/registrations/{seated.json()['id']}/withdraw")
        assert again.json()["state"] == "withdrawn"
    await neighbour.hears_from(home)
    assert await states(neighbour) == ["seated"]
    assert await states(home) == ["withdrawn", "waiting"]


async def test_more_seats_go_to_those_who_wait_and_taken_ones_are_not_taken_away(
    home, neighbour, staff, announce, registers
):
    meeting = (await announce(seats=1))["id"]
    await neighbour.hears_from(home)
    await registers(home, meeting)
    await registers(neighbour, meeting)
    await home.hears_from(neighbour)
    body = meeting_body(home.clock(), seats=2)
    more = await staff.put(f"/meetings/{meeting}", json=body, headers={"If-Match": '"1"'})
    assert more.json()["seats"] == {"seats": 2, "seated": 2, "waiting": 0}
    await neighbour.hears_from(home)
    assert await states(neighbour) == ["seated"]
    body["seats"] = 1
    fewer = await staff.put(f"/meetings/{meeting}", json=body, headers={"If-Match": '"2"'})
    assert fewer.status_code == 422
    assert fewer.json()["errors"][0]["field"] == "seats"


async def test_one_live_registration_a_person_and_a_new_one_after_withdrawing(
    home, announce, registers
):
    meeting = (await announce())["id"]
    person, organisation = str(uuid4()), await home.knows_organisation()
    first = await registers(home, meeting, sub=person, organisation=organisation)
    second = await registers(home, meeting, sub=person, organisation=organisation)
    assert second.status_code == 409
    assert first.json()["id"] in second.json()["detail"]
    async with home.client(sub=person, roles=["member"]) as guest:
        await guest.post(f"/registrations/{first.json()['id']}/withdraw")
    third = await registers(home, meeting, sub=person, organisation=organisation)
    assert third.status_code == 201
    assert third.json()["id"] != first.json()["id"]


async def test_a_repeated_request_with_its_key_is_the_same_registration(home, announce):
    meeting, organisation = (await announce())["id"], await home.knows_organisation()
    body = {"meeting_id": meeting, "organisation_id": str(organisation)}
    async with home.client(roles=["member"], organisations=[str(organisation)]) as guest:
        key = {"Idempotency-Key": "once"}
        first = await guest.post("/registrations", json=body, headers=key)
        second = await guest.post("/registrations", json=body, headers=key)
    assert first.json() == second.json()
    assert await states(home) == ["seated"]


async def test_a_move_reaches_live_registrations_and_a_withdrawn_one_keeps_its_date(
    home, neighbour, staff, announce, registers
):
    made = await announce(seats=5)
    await neighbour.hears_from(home)
    await registers(neighbour, made["id"])
    gone = await registers(neighbour, made["id"], sub=(person := str(uuid4())))
    await home.hears_from(neighbour)
    await neighbour.hears_from(home)
    async with neighbour.client(sub=person, roles=["member"]) as guest:
        await guest.post(f"/registrations/{gone.json()['id']}/withdraw")
    later = home.clock() + timedelta(days=30)
    body = meeting_body(
        home.clock(),
        seats=5,
        starts=later.isoformat(),
        ends=(later + timedelta(hours=2)).isoformat(),
    )
    await staff.put(f"/meetings/{made['id']}", json=body, headers={"If-Match": '"1"'})
    await neighbour.hears_from(home)
    rows = await neighbour.fetch(
        "SELECT value::jsonb ->> 'state' AS state, value::jsonb ->> 'schedule_revision' AS revision"
        " FROM published WHERE topic LIKE 'private.%' ORDER BY subject"
    )
    assert sorted((row["state"], row["revision"]) for row in rows) == [
        ("seated", "1"),
        ("withdrawn", "0"),
    ]


async def reasons(events):
    """What the notices of an instance's registrations will say of why."""
    sql = "SELECT value::jsonb ->> 'cancelled_because' AS why FROM published WHERE topic LIKE $1"
    return [row["why"] for row in await events.fetch(sql, "private.%.registrations.v1")]


async def test_a_cancelled_meeting_cancels_registrations_and_takes_no_more(
    home, neighbour, staff, announce, registers
):
    meeting = (await announce(seats=1))["id"]
    await neighbour.hears_from(home)
    await registers(home, meeting)
    await registers(neighbour, meeting)
    await home.hears_from(neighbour)
    late = await registers(neighbour, meeting)
    assert late.json()["state"] == "asked"
    await staff.post(f"/meetings/{meeting}/cancel", json={"because": "Neige"})
    await home.hears_from(neighbour)
    await neighbour.hears_from(home)
    assert await states(home) == ["cancelled"]
    assert await states(neighbour) == ["cancelled", "cancelled"]
    assert await reasons(home) == ["Neige"]
    assert await reasons(neighbour) == ["Neige", "Neige"]
    assert (await registers(neighbour, meeting)).status_code == 409
    assert (await registers(home, meeting)).status_code == 409


async def test_a_request_that_nobody_answered_lapses_when_the_meeting_begins(
    home, neighbour, announce, registers
):
    made = await announce(seats=1)
    await neighbour.hears_from(home)
    asked = (await registers(neighbour, made["id"])).json()
    timers = await neighbour.fetch("SELECT kind, due_at FROM jobs")
    assert [(row["kind"], row["due_at"].isoformat()) for row in timers] == [
        ("lapse", made["starts"].replace("Z", "+00:00"))
    ]
    neighbour.clock.advance(days=11)
    async with neighbour.db.transaction() as tx:
        from uuid import UUID

        await handlers.lapse(UUID(asked["id"]), tx, now=neighbour.clock())
    assert await states(neighbour) == ["lapsed"]
    await home.hears_from(neighbour)
    await neighbour.hears_from(home)
    assert await states(neighbour) == ["lapsed"], "a late answer changes nothing"
    assert await home.fetch("SELECT verdict FROM seats") == [{"verdict": "released"}]


async def test_an_answer_stops_the_lapse(home, neighbour, announce, registers):
    made = await announce(seats=1)
    await neighbour.hears_from(home)
    await registers(neighbour, made["id"])
    await home.hears_from(neighbour)
    await neighbour.hears_from(home)
    assert await neighbour.fetch("SELECT key FROM jobs") == []


async def test_nobody_registers_or_withdraws_after_the_beginning(home, announce, registers):
    made = await announce()
    registered = await registers(home, made["id"], sub=(person := str(uuid4())))
    home.clock.advance(days=11)
    assert (await registers(home, made["id"])).status_code == 409
    async with home.client(sub=person, roles=["member"]) as guest:
        answer = await guest.post(f"/registrations/{registered.json()['id']}/withdraw")
    assert answer.status_code == 409


async def test_a_request_for_a_meeting_that_the_organiser_does_not_have_is_refused(
    home, neighbour, announce, registers
):
    made = await announce()
    await neighbour.hears_from(home)
    await registers(neighbour, made["id"])
    async with home.db.transaction() as tx:
        await tx.execute("DELETE FROM meetings")
    await home.hears_from(neighbour)
    await neighbour.hears_from(home)
    rows = await neighbour.fetch("SELECT state, refused_because FROM registrations")
    assert rows == [{"state": "refused", "refused_because": "unknown-meeting"}]


async def test_who_acts_for_no_co_operative_is_told_why_they_may_not_register(
    home, announce, registers
):
    meeting = (await announce())["id"]
    answer = await registers(home, meeting, roles=["member"], organisations=[])
    assert answer.status_code == 403
    assert answer.json()["detail"]


async def test_staff_register_people_of_the_directory_and_see_who_comes(
    home, neighbour, staff, announce, registers
):
    meeting = (await announce())["id"]
    organisation = await home.knows_organisation(name="Le Fournil")
    body = {"meeting_id": meeting, "organisation_id": str(organisation)}
    stranger = await staff.post("/registrations", json={**body, "person_id": str(uuid4())})
    assert stranger.status_code == 422
    assert stranger.json()["errors"][0]["field"] == "person_id"
    person = await home.knows_person("Ada")
    mine = await staff.post("/registrations", json={**body, "person_id": str(person)})
    assert mine.status_code == 201, mine.text
    await neighbour.hears_from(home)
    await registers(neighbour, meeting)
    await home.hears_from(neighbour)
    guests = (await staff.get(f"/meetings/{meeting}/guests")).json()["items"]
    assert [(one["home"], one["name"], one["state"]) for one in guests] == [
        ("midi-pyrenees", "Ada Exemple", "seated"),
        ("auvergne", None, "seated"),
    ]
    assert guests[0]["organisation"] == "Le Fournil"


async def test_nobody_sees_or_withdraws_the_registration_of_another(home, announce, registers):
    made = await registers(home, (await announce())["id"])
    async with home.client(roles=["member"]) as other:
        assert (await other.get(f"/registrations/{made.json()['id']}")).status_code == 404
        assert (await other.post(f"/registrations/{made.json()['id']}/withdraw")).status_code == 404
        assert (await other.get("/registrations")).json()["items"] == []
    async with home.client(sub=made.json()["person_id"], roles=["member"]) as self:
        assert len((await self.get("/registrations")).json()["items"]) == 1

"""Nobody's meetings cost more because of how much another owner asks or says."""

from uuid import UUID, uuid4

import pytest

from intercoop_contracts.events import (
    SEAT_REQUESTS,
    SeatRequestView,
    Wish,
)
from intercoop_events.meetings.domain.seats import PROMOTED_AT_ONCE, SeatWish
from intercoop_events.meetings.handlers import seats
from intercoop_events.meetings.store import seats as store
from testkit.crowds import crowd
from testkit.events_service import meeting_body
from testkit.ids import new_id
from testkit.in_memory_network import state_event
from testkit.rows_read import rows_read
from testkit.statements import counted

GUESTS = "auvergne"

MORE_MEETINGS = """
INSERT INTO meetings (owner, id, version, record, starts, ends, capacity, as_of)
SELECT owner, gen_random_uuid(), version, record, starts, ends, capacity, as_of
FROM meetings CROSS JOIN generate_series(1, $2) WHERE id = $1
"""
ASKED_BY_OTHERS = """
INSERT INTO seat_askers (meeting_id, asker, live, waiting)
SELECT id, asker, live, 0 FROM meetings, (VALUES ('limousin', 1), ('auvergne', 0)) AS v (asker, live)
ON CONFLICT DO NOTHING
"""


async def asks(home, meeting, *, registration=None, wish=Wish.WANTED, revision=1, asker=GUESTS):
    """What another owner's request is answered, as it is kept."""
    registration = registration or new_id(asker)
    view = SeatRequestView(
        organiser=home.owner,
        meeting_id=UUID(meeting),
        organisation_id=uuid4(),
        revision=revision,
        wish=wish,
    )
    event = state_event(SEAT_REQUESTS, asker, registration, view, version=revision)
    await home.consumer.receive([event])
    sql = "SELECT verdict, refused_because FROM seats WHERE registration_id = $1"
    (row,) = await home.fetch(sql, registration)
    return row["verdict"] if row["refused_because"] is None else row["refused_because"]


async def cost(home, meeting, wish, monkeypatch):
    """Rows that are read and statements that are made for one decision."""
    async with home.db.transaction() as tx:
        before = await rows_read(tx)
        with counted(monkeypatch) as asked:
            await seats.answer(wish, UUID(meeting), tx, now=tx.now)
        return await rows_read(tx) - before, len(asked)


@pytest.mark.parametrize("wanted", ["one more", "the same again", "a seat back", "a place back"])
async def test_a_decision_reads_the_same_with_five_and_with_five_thousand_on_the_list(
    home, announce, monkeypatch, wanted
):
    costs = []
    for many in (5, 5000):
        meeting = (await announce(seats=2))["id"]
        async with home.db.transaction() as tx:
            listed = await crowd(meeting, GUESTS, 2, many - 2, tx)
        first, last, other = listed[0], listed[-1], new_id(GUESTS)
        wish = {
            "one more": SeatWish(other, GUESTS, uuid4(), 1, Wish.WANTED),
            "the same again": SeatWish(last, GUESTS, uuid4(), 1, Wish.WANTED),
            "a seat back": SeatWish(first, GUESTS, uuid4(), 2, Wish.WITHDRAWN),
            "a place back": SeatWish(last, GUESTS, uuid4(), 2, Wish.WITHDRAWN),
        }[wanted]
        costs.append(await cost(home, meeting, wish, monkeypatch))

    (few_rows, few_statements), (many_rows, many_statements) = costs
    assert many_rows <= few_rows + 5 <= 60
    assert few_statements == many_statements <= 4


async def test_many_free_seats_are_given_step_by_step_and_in_order(home, staff, announce):
    meeting, many = (await announce(seats=2))["id"], 2 * PROMOTED_AT_ONCE + 10
    async with home.db.transaction() as tx:
        listed = await crowd(meeting, GUESTS, 2, many, tx)
    body = meeting_body(home.clock(), seats=many)
    answer = await staff.put(f"/meetings/{meeting}", json=body, headers={"If-Match": '"1"'})
    first = answer.json()["seats"]
    newcomer = await asks(home, meeting)

    assert await home.fires_timers() == 2

    assert first == {
        "seats": many,
        "seated": 2 + PROMOTED_AT_ONCE,
        "waiting": many - PROMOTED_AT_ONCE,
    }
    assert newcomer == "waiting"
    then = (await staff.get(f"/meetings/{meeting}")).json()["seats"]
    assert then == {"seats": many, "seated": many, "waiting": 3}
    waiting = await home.fetch(
        "SELECT registration_id FROM seats WHERE verdict = 'waiting' ORDER BY queue"
    )
    assert [row["registration_id"] for row in waiting][:2] == listed[-2:]


async def test_who_asks_again_while_seats_are_given_step_by_step_is_not_overtaken(
    home, staff, announce
):
    meeting, many = (await announce(seats=1))["id"], PROMOTED_AT_ONCE + 5
    async with home.db.transaction() as tx:
        listed = await crowd(meeting, GUESTS, 1, many, tx)
    body = meeting_body(home.clock(), seats=PROMOTED_AT_ONCE + 2)
    await staff.put(f"/meetings/{meeting}", json=body, headers={"If-Match": '"1"'})
    next_one = listed[1 + PROMOTED_AT_ONCE]

    again = await asks(home, meeting, registration=next_one, revision=2)
    await home.fires_timers()

    assert again == "waiting"
    seated = await home.fetch("SELECT registration_id FROM seats WHERE verdict = 'seated'")
    assert {row["registration_id"] for row in seated} == set(listed[: PROMOTED_AT_ONCE + 2])


async def test_an_owner_has_so_many_requests_at_all_coming_meetings_and_a_withdrawn_one_makes_room(
    home, announce
):
    await home.restart(limit_seat_requests=3)
    one, other = (await announce(seats=2))["id"], (await announce(seats=2))["id"]
    first = new_id(GUESTS)
    taken = [
        await asks(home, one, registration=first),
        *[await asks(home, meeting) for meeting in (one, other, other)],
    ]

    assert taken == ["seated", "seated", "seated", "too-many"]
    assert await asks(home, other, asker="limousin") == "seated"
    back = await asks(home, one, registration=first, revision=2, wish=Wish.WITHDRAWN)
    assert back == "released"
    assert await asks(home, one) == "seated"
    assert await asks(home, one) == "too-many"


async def test_of_one_owner_so_many_wait_for_a_meeting(home, announce):
    await home.restart(limit_waiting_guests=1)
    meeting = (await announce(seats=1))["id"]

    assert [await asks(home, meeting) for _ in range(3)] == ["seated", "waiting", "too-many"]
    assert await asks(home, meeting, asker="limousin") == "waiting"


async def answers(home):
    """How many registrations of others have an answer, and how many are kept with a meeting."""
    sql = "SELECT count(*) FROM published WHERE topic LIKE '%seat-answers%'"
    ((said,), (kept,)) = [
        row.values()
        for row in (*await home.fetch(sql), *await home.fetch("SELECT count(*) FROM seats"))
    ]
    return said, kept


async def wishes(home, meeting, count, wish=Wish.WANTED):
    """New requests of one owner, however they are answered."""
    view = SeatRequestView(
        organiser=home.owner, meeting_id=meeting, organisation_id=uuid4(), revision=1, wish=wish
    )
    for _ in range(count):
        await home.consumer.receive([state_event(SEAT_REQUESTS, GUESTS, new_id(GUESTS), view)])


@pytest.mark.parametrize("why", ["unknown meeting", "too many", "nothing to give back"])
async def test_so_many_requests_of_one_owner_are_refused_in_a_day_and_then_nothing_is_said(
    home, announce, why
):
    await home.restart(limit_daily_fruitless_answers=3, limit_seat_requests=0)
    meeting = new_id(home.owner) if why == "unknown meeting" else UUID((await announce())["id"])
    wish = Wish.WITHDRAWN if why == "nothing to give back" else Wish.WANTED

    await wishes(home, meeting, 8, wish)
    said, kept = await answers(home)
    assert (said, kept) in {(3, 3), (3, 0)}

    home.clock.advance(seconds=86_400)
    await wishes(home, meeting, 1, wish)
    assert (await answers(home))[0] == 4


async def test_who_asks_and_gives_back_again_and_again_is_not_answered_any_more(home, announce):
    await home.restart(limit_daily_fruitless_answers=2)
    meeting = (await announce(seats=5))["id"]
    kept = new_id(GUESTS)
    assert await asks(home, meeting, registration=kept) == "seated"
    for _ in range(2):
        registration = new_id(GUESTS)
        await asks(home, meeting, registration=registration)
        await asks(home, meeting, registration=registration, revision=2, wish=Wish.WITHDRAWN)
    before = await answers(home)

    await wishes(home, UUID(meeting), 3)

    assert await answers(home) == before
    assert await asks(home, meeting, asker="limousin") == "seated"
    assert await asks(home, meeting, registration=kept, revision=2) == "seated"
    gone = await asks(home, meeting, registration=kept, revision=3, wish=Wish.WITHDRAWN)
    assert gone == "released"


async def test_a_refusal_costs_the_same_after_few_and_after_many(home, monkeypatch):
    costs = []
    for already in (3, 900):
        async with home.db.transaction() as tx:
            sql = "INSERT INTO fruitless_answers SELECT $1, $2, generate_series(1, $3)"
            await tx.execute(sql, GUESTS, home.clock().date(), already)
        wish = SeatWish(new_id(GUESTS), GUESTS, uuid4(), 1, Wish.WANTED)
        costs.append(await cost(home, str(new_id(home.owner)), wish, monkeypatch))

    assert costs[0][1] == costs[1][1] <= 3
    assert costs[1][0] <= costs[0][0] + 3


async def test_a_decision_reads_the_same_with_five_and_with_five_hundred_coming_meetings(
    home, announce, monkeypatch
):
    meeting, costs = (await announce(seats=2))["id"], []
    for more in (5, 500):
        async with home.db.transaction() as tx:
            await tx.execute(MORE_MEETINGS, UUID(meeting), more)
            await tx.execute(ASKED_BY_OTHERS)
        wish = SeatWish(new_id(GUESTS), GUESTS, uuid4(), 1, Wish.WANTED)
        costs.append(await cost(home, meeting, wish, monkeypatch))

    assert costs[1][0] <= costs[0][0] + 5


async def test_who_asked_for_what_is_over_is_swept_away(home, staff, announce):
    past, cancelled, coming = [(await announce())["id"] for _ in range(3)]
    for meeting in (past, cancelled, coming):
        await asks(home, meeting)
    await wishes(home, new_id(home.owner), 1)
    await staff.post(f"/meetings/{cancelled}/cancel", json={})
    async with home.db.transaction() as tx:
        await tx.execute("UPDATE meetings SET starts = $2 WHERE id = $1", UUID(past), home.clock())
    home.clock.advance(seconds=86_400)

    async with home.db.transaction() as tx:
        swept = [
            await store.forget_askers(tx.now, 1000, tx),
            await store.forget_fruitless(tx.now, 1000, tx),
        ]

    assert swept == [2, 1]
    assert await home.fetch("SELECT meeting_id FROM seat_askers") == [{"meeting_id": UUID(coming)}]
    assert await home.fetch("SELECT number FROM fruitless_answers") == []


async def test_what_is_over_or_cancelled_does_not_count(home, staff, announce):
    await home.restart(limit_seat_requests=1)
    past, cancelled, coming = [(await announce())["id"] for _ in range(3)]
    assert await asks(home, past) == "seated"
    async with home.db.transaction() as tx:
        await tx.execute("UPDATE meetings SET starts = $2 WHERE id = $1", UUID(past), home.clock())
    home.clock.advance(seconds=1)
    assert await asks(home, cancelled) == "seated"
    await staff.post(f"/meetings/{cancelled}/cancel", json={})

    assert await asks(home, coming) == "seated"
    assert await asks(home, coming) == "too-many"


async def test_the_own_people_of_an_instance_have_no_limit(home, announce, registers):
    await home.restart(limit_seat_requests=1, limit_waiting_guests=1)
    meeting = (await announce(seats=1))["id"]
    states = [(await registers(home, meeting)).json()["state"] for _ in range(4)]
    assert states == ["seated", "waiting", "waiting", "waiting"]

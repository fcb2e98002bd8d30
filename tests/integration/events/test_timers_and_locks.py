"""A timer that is being fired and a worker that holds its meeting never wait for each other."""

import asyncio
from uuid import UUID

import pytest

from intercoop_contracts.events import MEETINGS, Verdict
from intercoop_events.meetings.domain.seats import PROMOTED_AT_ONCE
from intercoop_events.meetings.handlers import seats
from intercoop_events.meetings.store import meetings
from intercoop_events.registrations import handlers, store
from intercoop_events.registrations.domain import SeatAnswer
from intercoop_events.registrations.handlers import FOLLOWED_AT_ONCE
from testkit.crowds import crowd, registered
from testkit.events_service import announced, meeting_body
from testkit.ids import new_id
from testkit.in_memory_network import state_event

BLOCKED = """
SELECT count(*) FROM pg_locks
WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))
"""


@pytest.fixture
def fires_beside(home):
    """Fire what is due, in a transaction of its own, until that has ended or waits for a lock."""

    async def fire():
        async with home.db.transaction() as tx:
            await home._fires_one(tx)

    async def until_it_waits(worker):
        firing = asyncio.create_task(fire())
        async with asyncio.timeout(30):
            while not firing.done() and not await worker.fetchval(BLOCKED):
                await asyncio.sleep(0)
        return firing

    return until_it_waits


async def test_a_step_that_seats_who_waits_is_scheduled_while_the_one_before_waits_for_the_meeting(
    home, staff, announce, fires_beside
):
    meeting, many = (await announce(seats=1))["id"], 4 * PROMOTED_AT_ONCE
    async with home.db.transaction() as tx:
        await crowd(meeting, "auvergne", 1, many, tx)
    body = meeting_body(home.clock(), seats=many)
    await staff.put(f"/meetings/{meeting}", json=body, headers={"If-Match": '"1"'})

    async with home.db.transaction() as worker:
        held = await meetings.lock(UUID(meeting), worker)
        firing = await fires_beside(worker)
        await seats.promote(held, worker, now=worker.now)
    await firing
    await home.fires_timers()

    seated = await home.fetch("SELECT count(*) FROM seats WHERE verdict = 'seated'")
    assert seated == [{"count": many}]


async def test_the_next_to_follow_a_meeting_are_scheduled_while_the_step_before_waits_for_it(
    home, fires_beside
):
    meeting = new_id("limousin")
    event = state_event(MEETINGS, "limousin", meeting, announced(home))
    await home.consumer.receive([event])
    async with home.db.transaction() as tx:
        await registered(meeting, "limousin", "seated", 2 * FOLLOWED_AT_ONCE + 1, tx)
    moved = announced(home, title="Plus loin")
    await home.consumer.receive([state_event(MEETINGS, "limousin", meeting, moved, version=2)])

    async with home.db.transaction() as worker:
        copy = await meetings.lock_copy("limousin", meeting, worker)
        firing = await fires_beside(worker)
        await handlers.follow("limousin", meeting, copy.view, worker)
    await firing
    await home.fires_timers()

    sql = "SELECT count(*) FROM published WHERE topic LIKE '%registrations%'"
    assert await home.fetch(sql) == [{"count": 2 * FOLLOWED_AT_ONCE + 1}]


async def test_a_step_that_a_later_change_has_taken_the_place_of_does_nothing(home):
    meeting = new_id("limousin")
    await home.consumer.receive([state_event(MEETINGS, "limousin", meeting, announced(home))])
    async with home.db.transaction() as tx:
        await registered(meeting, "limousin", "seated", FOLLOWED_AT_ONCE + 1, tx)
    for version in range(2, 7):
        view = announced(home, title=f"Plus loin {version}")
        event = state_event(MEETINGS, "limousin", meeting, view, version=version)
        await home.consumer.receive([event])

    assert await home.fires_timers() == 5
    sql = "SELECT value::jsonb ->> 'title' AS title, count(*) FROM published GROUP BY 1"
    assert await home.fetch(sql) == [{"title": "Plus loin 6", "count": FOLLOWED_AT_ONCE + 1}]


async def test_an_answer_stops_a_lapse_that_is_being_fired(home, fires_beside):
    meeting = new_id("limousin")
    view = announced(home)
    await home.consumer.receive([state_event(MEETINGS, "limousin", meeting, view)])
    async with home.db.transaction() as tx:
        await registered(meeting, "limousin", "asked", 1, tx)
        await handlers.follow("limousin", meeting, view, tx)
    ((registration,),) = [row.values() for row in await home.fetch("SELECT id FROM registrations")]
    home.clock.advance(seconds=(view.starts - home.clock()).total_seconds() + 1)

    async with home.db.transaction() as worker:
        await store.lock(registration, worker)
        firing = await fires_beside(worker)
        seated = SeatAnswer(1, Verdict.SEATED)
        await handlers.hear_answer(registration, "limousin", seated, worker)
    await firing

    assert await home.fetch("SELECT state FROM registrations") == [{"state": "seated"}]
    home.clock.advance(seconds=60)
    await home.fires_timers()
    assert await home.fetch("SELECT state FROM registrations") == [{"state": "seated"}]

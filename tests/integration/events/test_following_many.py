"""A change of another owner's meeting costs the same, however many are registered for it."""

import pytest

from intercoop_contracts.events import MEETINGS, MeetingState
from intercoop_contracts.streams import End, Ended
from intercoop_events.registrations.handlers import FOLLOWED_AT_ONCE
from testkit.crowds import registered
from testkit.events_service import announced
from testkit.ids import new_id
from testkit.in_memory_network import state_event
from testkit.statements import counted


@pytest.fixture
def changes(home):
    """Another organiser says something of its meeting."""
    meeting, versions = new_id("limousin"), iter(range(1, 100))

    async def change(view):
        event = state_event(MEETINGS, "limousin", meeting, view, version=next(versions))
        await home.consumer.receive([event])
        return meeting

    return change


@pytest.mark.parametrize("state", ["asked", "seated"])
async def test_a_change_of_a_meeting_costs_the_same_however_many_are_registered(
    home, changes, monkeypatch, state
):
    meeting = await changes(announced(home))
    costs = []
    for more in (2, FOLLOWED_AT_ONCE + 10):
        async with home.db.transaction() as tx:
            await registered(meeting, "limousin", state, more, tx)
        with counted(monkeypatch) as asked:
            await changes(announced(home, title=f"Ailleurs {more}", schedule_revision=more))
        costs.append(len(asked))

    assert costs[1] <= costs[0] + 2, "two more schedule the next step"
    assert await home.fires_timers() == 1
    sql = "SELECT value ->> 'schedule_revision' AS revision FROM published WHERE topic LIKE $1"
    told = await home.fetch(sql.replace("value ->>", "value::jsonb ->>"), "%registrations%")
    assert [row["revision"] for row in told] == [f"{FOLLOWED_AT_ONCE + 10}"] * len(told)
    assert len(told) == FOLLOWED_AT_ONCE + 12


@pytest.mark.parametrize("gone", [False, True], ids=["cancelled", "gone"])
async def test_all_who_are_registered_for_a_meeting_that_is_cancelled_or_gone_hear_of_it(
    home, changes, gone
):
    meeting = await changes(announced(home))
    async with home.db.transaction() as tx:
        await registered(meeting, "limousin", "seated", 2 * FOLLOWED_AT_ONCE + 1, tx)

    ended = Ended(ended=End(reason="withdrawn"))
    await changes(ended if gone else announced(home, state=MeetingState.CANCELLED))
    at_once = await home.fetch("SELECT count(*) FROM registrations WHERE state = 'cancelled'")
    await home.fires_timers()

    assert at_once == [{"count": FOLLOWED_AT_ONCE}]
    states = await home.fetch("SELECT DISTINCT state FROM registrations")
    assert states == [{"state": "cancelled"}]


async def test_a_meeting_that_nobody_here_is_registered_for_costs_one_look(
    home, changes, monkeypatch
):
    meeting = await changes(announced(home))
    async with home.db.transaction() as tx:
        await registered(new_id("limousin"), "limousin", "seated", 1000, tx)
    with counted(monkeypatch) as asked:
        await changes(announced(home, title="Plus loin"))

    assert meeting
    assert [one for one in asked if "registrations" in one or "meeting_id" in one] == [
        "SELECT id, organiser, meeting_id, person_id, organisation_id"
    ]

"""What staff may write of a meeting is no wider than what others take of it."""

from datetime import timedelta

from intercoop_contracts.directory import ORGANISATIONS
from intercoop_contracts.events import MEETINGS, MeetingView
from intercoop_events.main import SERVICE
from intercoop_events.meetings.api.body import MeetingBody
from intercoop_events.meetings.api.changes import CancelBody
from testkit.events_service import PLACE
from testkit.extremes import bodies_at_the_bounds
from testkit.in_memory_network import newest_states
from testkit.reading_routes import arrivals


def timely(home):
    starts = home.clock() + timedelta(days=10)
    ends = starts + timedelta(hours=3)
    return {"starts": starts.isoformat(), "ends": ends.isoformat(), "place": PLACE, "host": None}


async def post_all(staff, path, bodies):
    """The answers, by what is extreme in the body."""
    answers = {where: await staff.post(path, json=body) for where, body in bodies}
    failed = [where for where, answer in answers.items() if answer.status_code >= 500]
    assert failed == []
    for answer in answers.values():
        if answer.status_code == 422:
            assert all(error["field"] and error["remedy"] for error in answer.json()["errors"])
    return {where for where, answer in answers.items() if answer.is_success}


async def test_every_meeting_that_is_taken_can_be_read_by_others(home, staff):
    bodies = bodies_at_the_bounds(MeetingBody, **timely(home))
    taken = await post_all(staff, "/meetings", bodies)
    published = [
        event.after
        for event in await newest_states(SERVICE, home.db)
        if event.stream.id == MEETINGS.id
    ]
    assert len(published) == len(taken) > 40, "each is read as others would"
    assert max(len(view.title) for view in published) == 200
    assert max(len(view.description) for view in published) == 4000
    assert max(len(view.place.venue or "") for view in published) == 300


async def test_every_reason_for_a_cancellation_can_be_read_by_others(home, staff, announce):
    for where, body in bodies_at_the_bounds(CancelBody):
        meeting = await announce()
        answer = await staff.post(f"/meetings/{meeting['id']}/cancel", json=body)
        assert answer.status_code == 200, where
    reasons = {event.after.cancelled_because for event in await newest_states(SERVICE, home.db)
               if isinstance(event.after, MeetingView)}  # fmt: skip
    assert max(len(reason) for reason in reasons) == 300


async def test_a_meeting_at_a_host_of_any_name_says_where_it_is(home, staff):
    hosts = arrivals(ORGANISATIONS, "auvergne")
    await home.consumer.receive(hosts.values())
    placed = [host for host, event in hosts.items() if event.after.commune]
    usual = {**timely(home), "title": "Visite", "format": "visit", "seats": 2, "place": None}
    answers = [await staff.post("/meetings", json={**usual, "host": host}) for host in placed]
    taken = sum(answer.status_code == 201 for answer in answers)
    assert {answer.status_code for answer in answers} == {201, 422}, "blanks are no name"
    assert len(await newest_states(SERVICE, home.db)) == 2 * taken > 40

"""Another owner announces a meeting, or asks for a seat, under an id that is not its own."""

from datetime import timedelta
from uuid import UUID

from intercoop_chassis.wire.obstacle import ObstacleKind
from intercoop_contracts.events import (
    MEETINGS,
    SEAT_REQUESTS,
    Format,
    MeetingView,
    PlaceView,
    SeatRequestView,
    Wish,
)
from testkit.in_memory_network import state_event

IMPOSTOR = "aaa"
"""Its name comes first in the alphabet; its clock is ahead."""


def ahead(event):
    later = event.envelope.time + timedelta(days=2)
    return event._replace(envelope=event.envelope._replace(time=later))


def copied(events, meeting):
    starts = events.clock() + timedelta(days=10)
    view = MeetingView(
        title="Chez moi",
        format=Format.VISIT,
        place=PlaceView(commune="Ailleurs"),
        starts=starts,
        ends=starts + timedelta(hours=1),
        schedule_revision=9,
    )
    return ahead(state_event(MEETINGS, IMPOSTOR, meeting, view, 9))


async def test_a_meeting_that_is_announced_under_anothers_id_is_nowhere_seen(
    home, neighbour, announce, registers
):
    meeting = (await announce(title="Visite de l'atelier"))["id"]
    for events in (home, neighbour):
        (obstacle,) = await events.consumer.receive_as_read(copied(events, meeting))
        assert obstacle.kind is ObstacleKind.FOREIGN_ID
    await neighbour.hears_from(home)
    for events in (home, neighbour):
        async with events.client() as staff:
            shown = (await staff.get(f"/meetings/{meeting}")).json()
            listed = (await staff.get("/meetings")).json()["items"]
        assert (shown["title"], shown["owner"]) == ("Visite de l'atelier", "midi-pyrenees")
        assert [each["title"] for each in listed] == ["Visite de l'atelier"]
    asked = (await registers(neighbour, meeting)).json()
    assert asked["organiser"] == "midi-pyrenees"


async def test_a_request_under_anothers_code_leaves_the_answer_to_the_other_as_it_is(
    home, neighbour, announce, registers
):
    meeting = (await announce())["id"]
    await neighbour.hears_from(home)
    asked = (await registers(neighbour, meeting)).json()
    await home.hears_from(neighbour)
    same_code = SeatRequestView(
        organiser="midi-pyrenees",
        meeting_id=UUID(meeting),
        organisation_id=UUID(asked["organisation_id"]),
        revision=9,
        wish=Wish.WANTED,
    )
    event = ahead(state_event(SEAT_REQUESTS, IMPOSTOR, asked["id"], same_code))
    (obstacle,) = await home.consumer.receive_as_read(event)
    assert obstacle.kind is ObstacleKind.FOREIGN_ID
    answers = await home.fetch(
        "SELECT subject, value::jsonb ->> 'asker' AS asker FROM published"
        " WHERE topic = 'shared.midi-pyrenees.seat-answers.v1'"
    )
    assert answers == [{"subject": asked["id"], "asker": "auvergne"}]

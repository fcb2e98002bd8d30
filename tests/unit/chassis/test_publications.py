"""What is published is what every reader takes; a mistake is loud where it is made."""

from datetime import UTC, datetime, timedelta

import pytest

from intercoop_chassis.errors import PayloadTooLargeError
from intercoop_chassis.publishing.publications import InvalidViewError, Publications
from intercoop_contracts.events import MEETINGS, Format, MeetingView, PlaceView
from intercoop_contracts.streams import End, Ended
from testkit.extremes import at_the_bounds

STARTS = datetime(2027, 2, 4, 13, tzinfo=UTC)
GOOD = MeetingView(
    title="Visite",
    format=Format.VISIT,
    place=PlaceView(commune="Toulouse"),
    starts=STARTS,
    ends=STARTS + timedelta(hours=3),
    schedule_revision=0,
)
TOPIC = MEETINGS.topic("midi-pyrenees")


def publish(view):
    publications = Publications()
    publications.add(TOPIC, "a-subject", view, "meeting-changed")
    return publications.take()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": "Jeanne " * 40}, "title: string_too_long"),
        ({"title": None}, "title: string_type"),
        ({"schedule_revision": 2**31}, "schedule_revision: less_than_equal"),
        ({"place": GOOD.place.model_copy(update={"lat": 5e-324})}, "place.lat: nearly_zero"),
        ({"starts": STARTS.replace(tzinfo=None)}, "starts: timezone_aware"),
        ({"starts": datetime(2200, 1, 1, tzinfo=UTC)}, "starts: less_than_equal"),
    ],
)
def test_a_view_that_nobody_could_read_is_refused_by_the_name_of_its_field(change, field):
    with pytest.raises(InvalidViewError) as refused:
        publish(GOOD.model_copy(update=change))
    said = str(refused.value)
    assert field in said
    assert TOPIC in said
    assert "Jeanne" not in said
    assert refused.value.__suppress_context__, "the cause quotes the value"


def test_an_end_is_read_again_too():
    end = End(reason="withdrawn").model_copy(update={"reason": "x" * 100})
    with pytest.raises(InvalidViewError, match=r"ended\.reason: string_too_long"):
        publish(Ended(ended=end))


def test_every_view_at_its_bounds_is_published():
    for where, json in at_the_bounds(MEETINGS):
        assert publish(MEETINGS.view.model_validate(json)), where


def test_what_is_too_large_is_the_callers_affair():
    with pytest.raises(PayloadTooLargeError):
        publish(GOOD.model_copy(update={"description": "x" * 600_000}))

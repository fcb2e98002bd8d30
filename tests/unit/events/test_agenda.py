"""One's place at a meeting, weeks and months, and two who change one meeting, without a browser."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from intercoop_contracts.events import (
    Format,
    MeetingSeatsView,
    MeetingState,
    MeetingView,
    PlaceView,
    RegistrationState,
)
from intercoop_events.agenda.domain import PlaceState, own_place
from intercoop_events.agenda.pages.weeks import by_week, month_of, next_month, previous_month
from intercoop_events.meetings.domain.joining import Contradicted, join
from intercoop_events.meetings.domain.known_meeting import KnownMeeting
from intercoop_events.meetings.domain.meeting import MeetingDraft
from intercoop_events.organisations.domain import read_place
from intercoop_events.registrations.domain import Registration

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
SEATS = MeetingSeatsView(seats=18, seated=14, waiting=0)


def meeting(starts=NOW + timedelta(days=2), seats=SEATS, **fields):
    view = MeetingView(
        title="Visite", format=Format.VISIT, place=PlaceView(commune="Albi"), schedule_revision=0,
        starts=starts, ends=starts + timedelta(hours=3), **fields,
    )  # fmt: skip
    return KnownMeeting(uuid4(), "ouest", NOW, view, seats=seats)


def registration(state):
    return Registration(uuid4(), "ouest", uuid4(), uuid4(), uuid4(), state=state)


@pytest.mark.parametrize(
    ("seats", "state", "rank"),
    [
        (SEATS, PlaceState.FREE, None),
        (MeetingSeatsView(seats=2, seated=2, waiting=0), PlaceState.FULL, 1),
        (MeetingSeatsView(seats=2, seated=1, waiting=3), PlaceState.FULL, 4),
        (None, PlaceState.UNCOUNTED, None),
    ],
)
def test_whoever_has_no_place_is_told_what_there_is(seats, state, rank):
    found = own_place(meeting(seats=seats), None, None, NOW)
    assert (found.state, found.rank, found.may_register) == (state, rank, True)


@pytest.mark.parametrize("state", ["asked", "seated", "waiting"])
def test_whoever_is_registered_is_told_nothing_of_seats(state):
    found = own_place(meeting(), registration(RegistrationState(state)), 3, NOW)
    assert (found.state, found.rank, found.may_register) == (PlaceState(state), 3, False)


@pytest.mark.parametrize("state", ["withdrawn", "refused"])
def test_whoever_gave_back_or_was_refused_may_ask_again(state):
    found = own_place(meeting(), registration(RegistrationState(state)), None, NOW)
    assert (found.state, found.before, found.may_register) == (PlaceState.FREE, state, True)


def test_what_is_cancelled_or_has_begun_takes_nobody():
    cancelled = meeting(state=MeetingState.CANCELLED)
    assert own_place(cancelled, None, None, NOW).state is PlaceState.CANCELLED
    begun = meeting(starts=NOW)
    seated = registration(RegistrationState.SEATED)
    assert own_place(begun, seated, None, NOW).state is PlaceState.OVER
    assert not own_place(begun, None, None, NOW).may_register


def test_weeks_begin_on_mondays_and_what_goes_on_is_this_weeks():
    began, sunday = meeting(NOW - timedelta(days=9)), meeting(NOW + timedelta(days=5))
    monday = meeting(datetime(2026, 12, 6, 23, 30, tzinfo=UTC))  # half past midnight in France
    weeks = list(by_week([began, sunday, monday], date(2026, 12, 1)))
    assert [week.monday for week in weeks] == [date(2026, 11, 30), date(2026, 12, 7)]
    assert weeks[0].meetings == (began, sunday)


def test_a_month_has_whole_weeks_and_its_meetings_on_their_days():
    known = meeting(datetime(2026, 12, 3, 13, tzinfo=UTC))
    weeks = month_of(date(2026, 12, 1), [known])
    assert [len(week) for week in weeks] == [7] * 5
    (day,) = [day for week in weeks for day in week if day.meetings]
    assert (day.day, day.is_within) == (date(2026, 12, 3), True)
    assert not weeks[0][0].is_within
    assert next_month(date(2026, 12, 1)) == date(2027, 1, 1)
    assert previous_month(date(2027, 1, 1)) == date(2026, 12, 1)


@pytest.mark.parametrize(
    ("text", "commune", "departement"),
    [
        ("Figeac (46)", "Figeac", "46"),
        ("46100 Figeac", "Figeac", None),
        ("Ajaccio (2a)", "Ajaccio", "2A"),
        ("Saint-Denis (974)", "Saint-Denis", "974"),
        ("Figeac (999)", "Figeac (999)", None),
        ("(46)", "(46)", None),
    ],
)
def test_a_commune_is_read_as_people_write_it(text, commune, departement):
    found = read_place(text)
    assert (found.commune, found.departement) == (commune, departement)


DRAFT = MeetingDraft(
    title="Visite", format=Format.VISIT, seats=12, starts=NOW, ends=NOW + timedelta(hours=3),
    place=PlaceView(venue="Salle A", commune="Albi", departement="81", lat=43.9, lon=2.1),
)  # fmt: skip


def test_what_only_one_has_changed_is_joined():
    theirs = replace(DRAFT, seats=20)
    ours = replace(DRAFT, place=DRAFT.place.model_copy(update={"venue": "Salle B"}))
    joined = join(DRAFT, theirs, ours)
    assert (joined.seats, joined.place.venue, joined.place.lat) == (20, "Salle B", 43.9)


def test_what_both_have_changed_contradicts_and_is_as_saved_until_somebody_chooses():
    theirs, ours = replace(DRAFT, title="Leur titre"), replace(DRAFT, title="Mon titre", seats=5)
    found = join(DRAFT, theirs, ours)
    assert isinstance(found, Contradicted)
    assert (found.fields, found.draft.title, found.draft.seats) == (("title",), "Leur titre", 5)
    assert join(DRAFT, ours, ours) == ours


def test_a_host_that_both_took_away_is_no_contradiction():
    read = replace(DRAFT, host=UUID(int=1))
    assert join(read, DRAFT, DRAFT) == DRAFT

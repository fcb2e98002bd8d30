"""Seats, decided: whatever comes in whatever order, these hold."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from intercoop_contracts.events import RefusalReason, Verdict, Wish
from intercoop_events.meetings.domain.seats import (
    PROMOTED_AT_ONCE,
    Allowance,
    Room,
    SeatWish,
    decide,
    promote,
)
from testkit.roll_model import Roll

NOW = datetime(2026, 1, 1, 9, tzinfo=UTC)
STARTS = NOW + timedelta(days=1)
ORGANISATION = UUID(int=1)

wishes = st.builds(
    SeatWish,
    registration_id=st.integers(1, 8).map(lambda number: UUID(int=number)),
    asker=st.sampled_from(["auvergne", "auvergne", "auvergne", "limousin"]),
    organisation_id=st.just(ORGANISATION),
    revision=st.integers(1, 3),
    wish=st.sampled_from([Wish.WANTED, Wish.WANTED, Wish.WITHDRAWN, Wish.LAPSED]),
)


def wish(number, revision=1, wanted=Wish.WANTED, asker="auvergne"):
    return SeatWish(UUID(int=number), asker, ORGANISATION, revision, wanted)


class Played:
    """A meeting whose entries are kept as its organiser keeps them, and read as sparingly."""

    def __init__(self, seats, **fields):
        self.room = Room(seats, STARTS, **{"is_cancelled": False, **fields})
        self.entries = {}

    def answer(self, wish, now=NOW, allowance=None):
        known = self.entries.get(wish.registration_id)
        self.room, answer = decide(self.room, wish, known, now=now, allowance=allowance)
        if answer is None:
            return []
        self.entries[answer.registration_id] = answer
        return [answer, *self.promote(now)]

    def promote(self, now=NOW):
        """Step by step, until nobody waits beside a free seat."""
        promoted = []
        while many := self.room.promotable(now):
            self.room, step = promote(self.room, self.waiting()[:many], now=now)
            assert len(step) == many
            self.entries |= {entry.registration_id: entry for entry in step}
            promoted += step
        return promoted

    def widen(self, seats, now=NOW):
        self.room = replace(self.room, seats=seats)
        return self.promote(now)

    def waiting(self):
        waiting = [entry for entry in self.entries.values() if entry.verdict is Verdict.WAITING]
        return sorted(waiting, key=lambda entry: entry.queue)

    def count(self, verdict):
        return sum(entry.verdict is verdict for entry in self.entries.values())


steps = st.lists(
    st.tuples(wishes, st.sampled_from([NOW, NOW, NOW, NOW, STARTS])) | st.integers(1, 6),
    max_size=30,
)


@given(st.integers(1, 4), steps)
def test_what_is_decided_is_what_the_whole_list_says(seats, sent):
    played, model = Played(seats), Roll(seats, STARTS)
    for step in sent:
        if isinstance(step, int):
            enough = max(step, played.room.seated)
            assert played.widen(enough) == model.widen(enough, NOW)
        else:
            assert played.answer(*step) == model.answer(*step)
        assert played.entries == model.entries
        assert played.room.seated == played.count(Verdict.SEATED)
        assert played.room.waiting == played.count(Verdict.WAITING)


@given(st.integers(1, 4), st.lists(wishes, max_size=30))
def test_never_are_more_seated_than_there_are_seats_and_nobody_waits_beside_an_empty_one(
    seats, sent
):
    played = Played(seats)
    for one in sent:
        played.answer(one)
        assert played.room.seated <= seats
        assert played.room.waiting == 0 or played.room.seated == seats


@given(st.integers(1, 4), st.lists(wishes, max_size=30))
def test_nobody_is_promoted_before_somebody_who_waited_longer(seats, sent):
    played = Played(seats)
    for one in sent:
        waited = {
            entry.registration_id: entry.queue
            for entry in played.waiting()
            if entry.registration_id != one.registration_id
        }
        promoted = {entry.registration_id for entry in played.answer(one)} & waited.keys()
        still = [queue for key, queue in waited.items() if key not in promoted]
        assert all(waited[key] < queue for key in promoted for queue in still)


@given(st.lists(wishes, max_size=20), wishes)
def test_a_wish_that_is_known_or_older_changes_nothing(sent, last):
    played = Played(2)
    for one in [*sent, last]:
        played.answer(one)
    room, entries = played.room, dict(played.entries)
    for revision in range(1, last.revision + 1):
        again = SeatWish(last.registration_id, last.asker, ORGANISATION, revision, Wish.WITHDRAWN)
        assert played.answer(again) == []
        assert (played.room, played.entries) == (room, entries)


def test_a_withdrawal_that_overtakes_its_request_leaves_no_seat_taken():
    played = Played(1)
    played.answer(wish(1, 2, Wish.WITHDRAWN))
    assert played.answer(wish(1, 1)) == []
    assert played.room.seated == 0


def test_after_the_beginning_nobody_is_seated_and_nobody_is_promoted():
    played, later = Played(1), NOW + timedelta(days=2)
    played.answer(wish(1))
    played.answer(wish(2))
    changed = played.answer(wish(1, 2, Wish.WITHDRAWN), later)
    assert [one.verdict for one in changed] == [Verdict.RELEASED]
    (refused,) = played.answer(wish(3), later)
    assert (refused.verdict, refused.refused_because) == (Verdict.REFUSED, RefusalReason.STARTED)


def test_a_cancelled_meeting_refuses_with_its_reason():
    (answer,) = Played(5, is_cancelled=True).answer(wish(1))
    assert (answer.verdict, answer.refused_because) == (Verdict.REFUSED, RefusalReason.CANCELLED)


def test_nobody_speaks_for_a_registration_of_somebody_else():
    played = Played(1)
    played.answer(wish(1))
    assert played.answer(wish(1, 2, Wish.WITHDRAWN, asker="limousin")) == []


def test_new_seats_go_to_those_who_wait_in_their_order():
    played = Played(1)
    for number in (1, 2, 3, 4):
        played.answer(wish(number))
    assert [one.registration_id.int for one in played.widen(3)] == [2, 3]
    assert (played.room.seated, played.room.waiting) == (3, 1)


def test_who_comes_while_others_wait_for_seats_that_are_free_comes_after_them():
    played = Played(1)
    many = PROMOTED_AT_ONCE + 2
    for number in range(1, many + 1):
        played.answer(wish(number))
    played.room = replace(played.room, seats=many + 1)
    room, step = promote(played.room, played.waiting(), now=NOW)
    assert (len(step), room.waiting) == (PROMOTED_AT_ONCE, 1)

    room, newcomer = decide(room, wish(1000), None, now=NOW)

    assert (newcomer.verdict, room.waiting) == (Verdict.WAITING, 2)


@pytest.mark.parametrize(
    ("allowance", "taken", "verdict"),
    [
        (Allowance(1, 1, 1), 0, Verdict.SEATED),
        (Allowance(1, 0, 1), 0, Verdict.SEATED),
        (Allowance(0, 1, 1), 0, Verdict.REFUSED),
        (Allowance(1, 1, 1), 1, Verdict.WAITING),
        (Allowance(1, 0, 1), 1, Verdict.REFUSED),
        (Allowance(-3, -3, 1), 1, Verdict.REFUSED),
    ],
)
def test_what_is_above_an_allowance_is_refused(allowance, taken, verdict):
    played = Played(1)
    for number in range(taken):
        played.answer(wish(number + 2))
    (answer,) = played.answer(wish(1), allowance=allowance)
    assert answer.verdict is verdict
    too_many = verdict is Verdict.REFUSED
    assert (answer.refused_because is RefusalReason.TOO_MANY) == too_many


def test_without_an_allowance_left_what_one_has_is_kept_and_given_back():
    played, nothing = Played(1), Allowance(0, 0, 1)
    played.answer(wish(1))
    assert [one.verdict for one in played.answer(wish(1, 2), allowance=nothing)] == [Verdict.SEATED]
    back = played.answer(wish(1, 3, Wish.WITHDRAWN), allowance=nothing)
    assert [one.verdict for one in back] == [Verdict.RELEASED]

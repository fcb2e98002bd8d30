"""Seats, decided: whatever comes in whatever order, these hold."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given, strategies as st

from intercoop_contracts.events import RefusalReason, Verdict, Wish
from intercoop_events.meetings.domain.seats import Roll, SeatWish, decide, promote

NOW = datetime(2026, 1, 1, 9, tzinfo=UTC)
ORGANISATION = UUID(int=1)

wishes = st.builds(
    SeatWish,
    registration_id=st.integers(1, 8).map(lambda number: UUID(int=number)),
    asker=st.just("auvergne"),
    organisation_id=st.just(ORGANISATION),
    revision=st.integers(1, 3),
    wish=st.sampled_from([Wish.WANTED, Wish.WANTED, Wish.WITHDRAWN, Wish.LAPSED]),
)


def roll(seats, **fields):
    return Roll(
        **{"seats": seats, "starts": NOW + timedelta(days=1), "is_cancelled": False, **fields}
    )


def wish(number, revision=1, wanted=Wish.WANTED, asker="auvergne"):
    return SeatWish(UUID(int=number), asker, ORGANISATION, revision, wanted)


@given(st.integers(1, 4), st.lists(wishes, max_size=30))
def test_never_are_more_seated_than_there_are_seats_and_nobody_waits_beside_an_empty_one(
    seats, sent
):
    now = roll(seats)
    for one in sent:
        now, _ = decide(now, one, now=NOW)
        assert now.seated <= seats
        assert now.waiting == 0 or now.seated == seats


@given(st.integers(1, 4), st.lists(wishes, max_size=30))
def test_nobody_is_promoted_before_somebody_who_waited_longer(seats, sent):
    now = roll(seats)
    for one in sent:
        before = now
        now, changed = decide(now, one, now=NOW)
        waited = {
            entry.registration_id: entry.queue
            for entry in before.entries
            if entry.verdict is Verdict.WAITING and entry.registration_id != one.registration_id
        }
        promoted = {entry.registration_id for entry in changed} & waited.keys()
        still = [queue for key, queue in waited.items() if key not in promoted]
        assert all(waited[key] < queue for key in promoted for queue in still)


@given(st.lists(wishes, max_size=20), wishes)
def test_a_wish_that_is_known_or_older_changes_nothing(sent, last):
    now = roll(2)
    for one in [*sent, last]:
        now, _ = decide(now, one, now=NOW)
    for revision in range(1, last.revision + 1):
        again = SeatWish(last.registration_id, last.asker, ORGANISATION, revision, Wish.WITHDRAWN)
        assert decide(now, again, now=NOW) == (now, ())


@given(st.lists(wishes, max_size=20))
def test_everybody_whose_entry_changed_is_answered_with_what_the_roll_says(sent):
    now = roll(2)
    for one in sent:
        before = now
        now, changed = decide(now, one, now=NOW)
        assert set(changed) == set(now.entries) - set(before.entries)
        assert len(changed) == len(set(changed))


def test_a_withdrawal_that_overtakes_its_request_leaves_no_seat_taken():
    now, _ = decide(roll(1), wish(1, 2, Wish.WITHDRAWN), now=NOW)
    now, changed = decide(now, wish(1, 1), now=NOW)
    assert (now.seated, changed) == (0, ())


def test_after_the_beginning_nobody_is_seated_and_nobody_is_promoted():
    now, _ = decide(roll(1), wish(1), now=NOW)
    now, _ = decide(now, wish(2), now=NOW)
    later = NOW + timedelta(days=2)
    now, changed = decide(now, wish(1, 2, Wish.WITHDRAWN), now=later)
    assert [one.verdict for one in changed] == [Verdict.RELEASED]
    _, (refused,) = decide(now, wish(3), now=later)
    assert (refused.verdict, refused.refused_because) == (Verdict.REFUSED, RefusalReason.STARTED)


def test_a_cancelled_meeting_refuses_with_its_reason():
    _, (answer,) = decide(roll(5, is_cancelled=True), wish(1), now=NOW)
    assert (answer.verdict, answer.refused_because) == (Verdict.REFUSED, RefusalReason.CANCELLED)


def test_nobody_speaks_for_a_registration_of_somebody_else():
    now, _ = decide(roll(1), wish(1), now=NOW)
    assert decide(now, wish(1, 2, Wish.WITHDRAWN, asker="limousin"), now=NOW) == (now, ())


def test_new_seats_go_to_those_who_wait_in_their_order():
    now = roll(1)
    for number in (1, 2, 3, 4):
        now, _ = decide(now, wish(number), now=NOW)
    wider = Roll(3, now.starts, now.is_cancelled, now.entries)
    after, promoted = promote(wider, now=NOW)
    assert [one.registration_id.int for one in promoted] == [2, 3]
    assert (after.seated, after.waiting) == (3, 1)

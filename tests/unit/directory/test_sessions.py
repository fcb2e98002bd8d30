from datetime import UTC, date, datetime, timedelta

from intercoop_chassis.auth.sessions import LASTS_FOR
from intercoop_chassis.standing import standing_on
from intercoop_contracts.directory import MandateView, Role
from intercoop_contracts.ids import Ids
from intercoop_directory.standings.domain.account import account_view
from intercoop_directory.standings.domain.rights import Instance
from intercoop_directory.standings.domain.sessions import (
    MOST_OPEN,
    OVER_AFTER,
    TOLD_FOR,
    Session,
    Sessions,
    SignInWay,
    add_session,
    end_all,
    end_sessions,
    told_ends,
)
from testkit.ids import numbered_id

HERE = "midi-pyrenees"
NOON = datetime(2016, 5, 1, 12, tzinfo=UTC)
MANAGER = MandateView(
    organisation_id=numbered_id(HERE, 1), role=Role.MANAGER, since=date(2015, 1, 1)
)


def session(now: datetime = NOON) -> Session:
    ids = Ids(HERE, clock_ms=lambda: int(now.timestamp() * 1000))
    return Session(ids.new(), now, SignInWay.MAIL_LINK)


def opened(count: int, now: datetime = NOON) -> Sessions:
    sessions = Sessions()
    for number in range(count):
        moment = now + timedelta(seconds=number)
        sessions = add_session(sessions, session(moment), moment)
    return sessions


def standing(sessions: Sessions, now: datetime):
    account = account_view([MANAGER], Instance(HERE), sessions, now)
    return standing_on(account, now.date())


def test_a_session_goes_on_until_it_is_ended_and_the_others_stay() -> None:
    sessions = opened(2)
    first, second = (one.id for one in sessions.listed)

    after = end_sessions(sessions, [first], NOON)

    assert not standing(after, NOON).holds(first)
    assert standing(after, NOON).holds(second)


def test_all_end_at_once_those_that_nobody_listed_too_and_a_later_one_goes_on() -> None:
    sessions, unlisted = opened(2), session(NOON - timedelta(days=3))
    later = session(NOON + timedelta(minutes=2))

    after = add_session(end_all(sessions, NOON + timedelta(minutes=1)), later, later.opened_at)

    known = standing(after, NOON)
    assert not any(known.holds(one.id) for one in (*sessions.listed, unlisted))
    assert known.holds(later.id)
    assert known.ended_sessions == frozenset()


def test_sessions_of_a_process_whose_clock_is_ahead_end_with_the_others() -> None:
    ahead = session(NOON + timedelta(seconds=5))

    after = end_all(add_session(Sessions(), ahead, ahead.opened_at), NOON)

    assert not standing(after, NOON).holds(ahead.id)


def test_one_session_too_many_ends_the_oldest() -> None:
    full = opened(MOST_OPEN)

    after = add_session(full, session(NOON + timedelta(hours=1)), NOON + timedelta(hours=1))

    assert len(after.open) == MOST_OPEN
    assert not standing(after, NOON).holds(full.listed[0].id)
    assert standing(after, NOON).holds(full.listed[1].id)


def test_an_end_is_told_until_no_token_of_the_session_can_be_renewed_any_more() -> None:
    sessions = opened(1)
    after = end_sessions(sessions, [sessions.listed[0].id], NOON)

    assert len(told_ends(after, NOON + TOLD_FOR - timedelta(seconds=1))) == 1
    assert len(told_ends(after, NOON + TOLD_FOR)) == 0


def test_a_session_is_listed_for_as_long_as_its_token_is_renewed() -> None:
    assert LASTS_FOR < OVER_AFTER <= LASTS_FOR + timedelta(days=1)


def test_however_often_somebody_signs_in_and_out_an_account_stays_within_its_bounds() -> None:
    sessions = Sessions()
    for number in range(250):
        moment = NOON + timedelta(minutes=number)
        sessions = add_session(sessions, session(moment), moment)
        sessions = end_sessions(sessions, [sessions.listed[-1].id], moment)

    after = standing(sessions, moment)
    assert not any(after.holds(one.id) for one in sessions.listed)
    assert after.sessions_from is not None


def test_nobody_without_a_current_mandate_holds_a_session() -> None:
    sessions = opened(1)
    account = account_view([], Instance(HERE), sessions, NOON)

    assert not standing_on(account, NOON.date()).holds(sessions.listed[0].id)

"""What a person hears of a registration, whichever steps arrive as one."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from intercoop_contracts.events import RefusalReason, RegistrationState, RegistrationView
from intercoop_contracts.streams import End, Ended
from intercoop_notifications.notices.domain.notice import NoticeKind, Schedule
from intercoop_notifications.notices.domain.registration_news import LIVE, news_of_registration

CODE = UUID(int=7)
START = datetime(2026, 12, 3, 13, tzinfo=UTC)
STATES = RegistrationState
TOLD = {
    STATES.SEATED: NoticeKind.SEATED,
    STATES.WAITING: NoticeKind.WAITING,
    STATES.REFUSED: NoticeKind.REFUSED,
    STATES.LAPSED: NoticeKind.LAPSED,
    STATES.CANCELLED: NoticeKind.CANCELLED,
}


def view(state=STATES.SEATED, *, days=0, hours=3, place="Toulouse", revision=None, **fields):
    usual = {
        "person_id": UUID(int=1),
        "organisation_id": UUID(int=2),
        "organiser": "midi-pyrenees",
        "meeting_id": UUID(int=3),
        "title": "Visite",
    }
    return RegistrationView(
        state=state,
        starts=START + timedelta(days=days),
        ends=START + timedelta(days=days, hours=hours),
        place=place,
        schedule_revision=days if revision is None else revision,
        **{**usual, **fields},
    )


def told(before, after):
    return news_of_registration(CODE, before, after)


def schedule(known):
    return Schedule(known.starts, known.ends, known.place)


views = st.builds(
    view,
    st.sampled_from(STATES),
    days=st.integers(0, 1),
    hours=st.integers(1, 2),
    place=st.sampled_from(["Toulouse", "Foix"]),
    revision=st.integers(0, 1),
)


@st.composite
def histories(draw):
    """What a registration may go through: live for a while, moved now and then, perhaps ended."""
    steps = draw(
        st.lists(st.builds(view, st.sampled_from(sorted(LIVE)), days=st.integers(0, 3)), min_size=1)
    )
    end = draw(st.none() | st.sampled_from(sorted(set(STATES) - LIVE)))
    if end:
        steps.append(steps[-1].model_copy(update={"state": end}))
    return steps


@given(st.none() | views, views)
def test_nothing_is_told_of_what_one_did_oneself(before, after):
    news = told(before, after.model_copy(update={"state": STATES.WITHDRAWN}))
    assert news is None


@given(views)
def test_the_same_again_is_no_news(known):
    assert told(known, known) is None


@given(views, views)
def test_a_move_is_told_while_one_is_registered_and_only_where_there_is_no_answer_to_tell(
    before, after
):
    news = told(before, after)

    is_answered = before.state != after.state and after.state in TOLD
    is_registered = before.state in LIVE and after.state in LIVE
    is_moved = (schedule(before), before.schedule_revision) != (
        schedule(after),
        after.schedule_revision,
    )
    tells_move = news is not None and news.kind is NoticeKind.MOVED
    assert tells_move == (is_registered and is_moved and not is_answered)


@given(st.sampled_from(sorted(set(STATES) - LIVE)), st.sampled_from(sorted(set(STATES) - LIVE)))
def test_whoever_is_out_hears_nothing_more(was, now):
    assert told(view(was), view(now, days=3)) is None


@given(histories(), st.data())
def test_whatever_is_folded_what_one_heard_last_is_how_it_is(steps, data):
    """Any of the steps may be missed but the last."""
    seen = [step for step in steps[:-1] if data.draw(st.booleans())] + steps[-1:]
    heard = [
        news
        for before, after in zip([None, *seen], seen, strict=False)
        if (news := told(before, after))
    ]
    last = seen[-1]
    of_states = [news.kind for news in heard if news.kind is not NoticeKind.MOVED]
    if last.state in TOLD:
        assert of_states[-1] is TOLD[last.state]
    if last.state is not STATES.WITHDRAWN:
        known_last = heard[-1].facts.schedule if heard else schedule(seen[0])
        assert known_last == schedule(last), "what one saw when one asked, or was told since"


@pytest.mark.parametrize("state", sorted(TOLD))
def test_an_answer_that_is_there_at_once_is_told_too(state):
    assert told(None, view(state)).kind is TOLD[state]
    assert told(Ended(ended=End(reason="withdrawn")), view(state)).kind is TOLD[state]


def test_that_one_asked_is_no_news():
    assert told(None, view(STATES.ASKED)) is None
    assert told(None, Ended(ended=End(reason="erased", erased=True))) is None


def test_a_place_after_waiting_is_a_promotion():
    assert told(view(STATES.WAITING), view(STATES.SEATED)).facts.promoted
    assert not told(view(STATES.ASKED), view(STATES.SEATED)).facts.promoted


def test_an_answer_that_comes_with_a_move_is_one_notice_with_the_present_date():
    news = told(view(STATES.ASKED), view(STATES.SEATED, days=2))
    assert (news.kind, news.facts.before) == (NoticeKind.SEATED, None)
    assert news.facts.schedule.starts == START + timedelta(days=2)


def test_a_move_names_the_old_date_and_the_new_one():
    news = told(view(), view(days=2, place="Foix"))
    assert news.kind is NoticeKind.MOVED
    assert news.facts.before == Schedule(START, START + timedelta(hours=3), "Toulouse")
    assert news.facts.schedule.place == "Foix"
    assert news.deadline == START + timedelta(days=2)


def test_a_move_and_back_again_is_told_because_calendars_may_have_seen_it():
    assert told(view(revision=1), view(revision=3)).kind is NoticeKind.MOVED


def test_a_new_title_alone_is_no_news():
    assert told(view(), view(title="Autre titre")) is None


def test_a_refusal_says_why():
    news = told(view(STATES.ASKED), view(STATES.REFUSED, refused_because=RefusalReason.STARTED))
    assert news.facts.refused_because is RefusalReason.STARTED


def test_a_mail_never_comes_after_the_meeting():
    assert told(view(STATES.ASKED), view(STATES.SEATED)).deadline == START
    lapsed = told(view(STATES.ASKED), view(STATES.LAPSED))
    assert lapsed.deadline == START + timedelta(hours=3), "it is known only when the meeting begins"


def test_what_others_wrote_is_made_one_line():
    odd = {"title": "Visite\r\nBcc: x@example.org\0", "place": "Ici\n\x1b[0m  là"}
    news = told(None, view().model_copy(update=odd))
    assert news.facts.title == "Visite Bcc: x@example.org"
    assert news.facts.schedule.place == "Ici [0m là"

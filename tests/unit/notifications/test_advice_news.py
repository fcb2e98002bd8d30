"""What a co-operative's people hear of a request for advice."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from intercoop_contracts.advice import CounterpartView, PeerAdviceState, PeerAdviceView, Side
from intercoop_contracts.directory import PublicContact, Role
from intercoop_contracts.streams import End, Ended
from intercoop_notifications.notices.domain.advice_news import news_of_advice, still_holds
from intercoop_notifications.notices.domain.notice import NoticeKind

NOW = datetime(2026, 6, 1, tzinfo=UTC)
STATES = PeerAdviceState
CONTACT = PublicContact(email="contact@bois.example", phone="05 00 00 00 00")
HELPERS = (
    STATES.INVITED,
    STATES.OFFERED,
    STATES.INTRODUCED,
    STATES.NOT_TAKEN,
    STATES.WITHDRAWN,
    STATES.CLOSED,
)


STILL_OPEN = {STATES.INVITED, STATES.OFFERED, STATES.INTRODUCED}


def counterpart(number, state, contact=None):
    return CounterpartView(
        organisation_id=UUID(int=number), name=f"Coop {number}", state=state, contact=contact
    )


def helper(state, *others):
    return seen(Side.HELPER, state, *(others or (counterpart(1, state),)))


def asker(state, *others):
    return seen(Side.ASKER, state, *others)


def seen(side, state, *others):
    return PeerAdviceView(
        request_id=UUID(int=8),
        organisation_id=UUID(int=9),
        side=side,
        state=state,
        title="Nous cherchons des locaux",
        counterparts=others,
        tell=(Role.MANAGER,),
    )


def told(before, after):
    return news_of_advice(before, after, now=NOW)


def kind(before, after):
    news = told(before, after)
    return news.kind if news else None


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (None, STATES.INVITED, NoticeKind.INVITED),
        (STATES.INVITED, STATES.OFFERED, None),
        (STATES.OFFERED, STATES.WITHDRAWN, None),
        (STATES.OFFERED, STATES.INTRODUCED, NoticeKind.INTRODUCED),
        (STATES.INVITED, STATES.INTRODUCED, NoticeKind.INTRODUCED),
        (None, STATES.INTRODUCED, NoticeKind.INTRODUCED),
        (STATES.OFFERED, STATES.NOT_TAKEN, NoticeKind.NOT_TAKEN),
        (STATES.INVITED, STATES.CLOSED, NoticeKind.CLOSED),
        (STATES.OFFERED, STATES.CLOSED, NoticeKind.CLOSED),
        (STATES.INTRODUCED, STATES.CLOSED, NoticeKind.CLOSED),
        (STATES.NOT_TAKEN, STATES.CLOSED, None),
        (STATES.WITHDRAWN, STATES.CLOSED, None),
        (None, STATES.CLOSED, None),
    ],
)
def test_a_helper_hears_what_others_did(before, after, expected):
    assert kind(helper(before) if before else None, helper(after)) is expected


@given(st.sampled_from(HELPERS))
def test_the_same_state_again_is_no_news(state):
    assert told(helper(state), helper(state, counterpart(1, state, CONTACT))) is None


@given(st.lists(st.sampled_from(HELPERS), min_size=1), st.data())
def test_whatever_is_folded_a_helper_hears_how_it_ended(steps, data):
    kept = [step for step in steps[:-1] if data.draw(st.booleans())] + steps[-1:]
    heard = [
        kind(helper(was) if was else None, helper(now))
        for was, now in zip([None, *kept], kept, strict=False)
    ]
    heard = [news for news in heard if news]
    told_by = {
        STATES.INVITED: NoticeKind.INVITED,
        STATES.INTRODUCED: NoticeKind.INTRODUCED,
        STATES.NOT_TAKEN: NoticeKind.NOT_TAKEN,
    }
    before_end = [step for step in kept if step is not STATES.CLOSED][-1:]
    if kept[-1] in told_by:
        assert heard[-1] is told_by[kept[-1]]
    elif kept[-1] is STATES.CLOSED and set(before_end) & STILL_OPEN:
        assert heard[-1] is NoticeKind.CLOSED


def test_an_asker_hears_who_offered_once():
    nobody = asker(STATES.ASKED, counterpart(1, STATES.INVITED), counterpart(2, STATES.INVITED))
    first = asker(STATES.OFFERED, counterpart(1, STATES.OFFERED), counterpart(2, STATES.INVITED))
    both = asker(STATES.OFFERED, counterpart(1, STATES.OFFERED), counterpart(2, STATES.OFFERED))

    assert [other.name for other in told(nobody, first).facts.about] == ["Coop 1"]
    assert [other.name for other in told(first, both).facts.about] == ["Coop 2"]
    assert [other.name for other in told(nobody, both).facts.about] == ["Coop 1", "Coop 2"]
    assert told(both, both) is None
    assert told(None, nobody) is None


OFFERED_BY_TWO = asker(
    STATES.OFFERED, counterpart(1, STATES.OFFERED), counterpart(2, STATES.OFFERED)
)


def test_an_asker_hears_that_an_offer_was_withdrawn_once():
    without = asker(
        STATES.OFFERED, counterpart(1, STATES.WITHDRAWN), counterpart(2, STATES.OFFERED)
    )
    news = told(OFFERED_BY_TWO, without)
    assert (news.kind, [other.name for other in news.facts.about]) == (
        NoticeKind.WITHDRAWN,
        ["Coop 1"],
    )
    assert told(without, without) is None


def test_an_asker_hears_that_an_accepted_offer_was_withdrawn():
    """The two crossed on the way: the asker was told of an introduction, and the withdrawal counts."""
    introduced = asker(STATES.INTRODUCED, counterpart(1, STATES.INTRODUCED, CONTACT))
    withdrawn = asker(STATES.ASKED, counterpart(1, STATES.WITHDRAWN))
    assert kind(introduced, withdrawn) is NoticeKind.WITHDRAWN


@pytest.mark.parametrize("state", [None, STATES.NOT_TAKEN, STATES.WITHDRAWN])
def test_an_asker_hears_of_no_withdrawal_of_what_it_never_heard_of_or_did_not_take(state):
    before = asker(STATES.ASKED, *([counterpart(1, state)] if state else []))
    assert told(before, asker(STATES.ASKED, counterpart(1, STATES.WITHDRAWN))) is None


def test_a_withdrawal_is_told_with_what_else_a_change_brings():
    third = counterpart(3, STATES.OFFERED)
    offered = asker(STATES.OFFERED, counterpart(1, STATES.WITHDRAWN), third)
    news = told(OFFERED_BY_TWO, offered)
    assert (news.kind, [other.name for other in news.facts.withdrawals]) == (
        NoticeKind.OFFERED,
        ["Coop 1"],
    )
    introduced = asker(
        STATES.INTRODUCED, counterpart(1, STATES.WITHDRAWN), counterpart(2, STATES.INTRODUCED)
    )
    news = told(OFFERED_BY_TWO, introduced)
    assert (news.kind, [other.name for other in news.facts.withdrawals]) == (
        NoticeKind.INTRODUCED,
        ["Coop 1"],
    )


@given(
    st.lists(
        st.sampled_from([STATES.OFFERED, STATES.WITHDRAWN, STATES.INTRODUCED, STATES.NOT_TAKEN]),
        min_size=1,
    ),
    st.data(),
)
def test_whatever_is_folded_an_asker_is_not_left_with_an_offer_that_is_gone(steps, data):
    kept = [step for step in steps[:-1] if data.draw(st.booleans())] + steps[-1:]
    believes = None
    for was, now in zip([None, *kept], kept, strict=False):
        before = asker(STATES.ASKED, counterpart(1, was)) if was else asker(STATES.ASKED)
        heard = kind(before, asker(STATES.ASKED, counterpart(1, now)))
        if now is STATES.NOT_TAKEN:
            believes = None  # it was the asker's own word
        elif heard:
            believes = heard
    there = {STATES.OFFERED: NoticeKind.OFFERED, STATES.INTRODUCED: NoticeKind.INTRODUCED}
    assert believes in ({there[kept[-1]]} if kept[-1] in there else {None, NoticeKind.WITHDRAWN})


@pytest.mark.parametrize(
    ("was", "now", "holds"),
    [
        (helper(STATES.INVITED), helper(STATES.INVITED), True),
        (helper(STATES.INVITED), helper(STATES.OFFERED), False),
        (asker(STATES.OFFERED, counterpart(1, STATES.OFFERED)), OFFERED_BY_TWO, True),
        (
            asker(STATES.OFFERED, counterpart(1, STATES.OFFERED)),
            asker(STATES.ASKED, counterpart(1, STATES.NOT_TAKEN)),
            False,
        ),
        (
            asker(STATES.OFFERED, counterpart(1, STATES.OFFERED)),
            asker(STATES.CLOSED, counterpart(1, STATES.OFFERED)),
            False,
        ),
    ],
)
def test_what_waits_for_somebody_is_told_while_it_is_so(was, now, holds):
    news = told(None, was)
    assert still_holds(news.kind, news.facts, now) is holds


def test_both_sides_get_the_contact_of_the_other():
    offered = asker(STATES.OFFERED, counterpart(1, STATES.OFFERED))
    introduced = asker(STATES.INTRODUCED, counterpart(1, STATES.INTRODUCED, CONTACT))
    assert told(offered, introduced).facts.about[0].email == "contact@bois.example"

    news = told(
        helper(STATES.OFFERED),
        helper(STATES.INTRODUCED, counterpart(1, STATES.INTRODUCED, CONTACT)),
    )
    assert news.facts.about[0].phone == "05 00 00 00 00"


def test_an_introduction_and_another_offer_in_one_change_are_one_notice():
    before = asker(STATES.OFFERED, counterpart(1, STATES.OFFERED), counterpart(2, STATES.INVITED))
    after = asker(
        STATES.INTRODUCED, counterpart(1, STATES.INTRODUCED), counterpart(2, STATES.OFFERED)
    )
    news = told(before, after)
    assert news.kind is NoticeKind.INTRODUCED
    assert [other.name for other in news.facts.about] == ["Coop 1"]
    assert [other.name for other in news.facts.offers] == ["Coop 2"]


def test_who_closes_a_request_hears_nothing_of_it():
    offered = asker(STATES.OFFERED, counterpart(1, STATES.OFFERED))
    assert (
        told(
            offered,
            asker(STATES.CLOSED, counterpart(1, STATES.OFFERED), counterpart(2, STATES.OFFERED)),
        )
        is None
    )
    assert told(offered, Ended(ended=End(reason="withdrawn"))) is None


def test_advice_is_worth_a_mail_for_two_weeks():
    assert told(None, helper(STATES.INVITED)).deadline == NOW + timedelta(days=14)

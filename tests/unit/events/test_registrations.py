"""A registration, as its home keeps it."""

from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from intercoop_contracts.events import RefusalReason, RegistrationState, Verdict, Wish
from intercoop_events.registrations.domain import (
    Registration,
    SeatAnswer,
    answered,
    lapsed,
    request_view,
    withdrawn,
)

ASKED = Registration(UUID(int=1), "limousin", UUID(int=2), UUID(int=3), UUID(int=4))

answers = st.builds(
    SeatAnswer,
    request_revision=st.integers(1, 3),
    verdict=st.sampled_from(Verdict),
    refused_because=st.none(),
)


@given(st.lists(answers, max_size=10))
def test_no_answer_brings_back_what_its_person_withdrew(given_answers):
    one = withdrawn(ASKED)
    for answer in given_answers:
        one = answered(one, answer)
    assert (one.state, one.revision) == (RegistrationState.WITHDRAWN, 2)


@given(answers.filter(lambda answer: answer.request_revision != 1))
def test_an_answer_to_another_revision_changes_nothing(answer):
    assert answered(ASKED, answer) == ASKED


@pytest.mark.parametrize(
    ("verdict", "because", "state"),
    [
        (Verdict.SEATED, None, RegistrationState.SEATED),
        (Verdict.WAITING, None, RegistrationState.WAITING),
        (Verdict.REFUSED, RefusalReason.STARTED, RegistrationState.REFUSED),
        (Verdict.REFUSED, RefusalReason.CANCELLED, RegistrationState.CANCELLED),
        (Verdict.RELEASED, None, RegistrationState.ASKED),
    ],
)
def test_an_answer_decides(verdict, because, state):
    assert answered(ASKED, SeatAnswer(1, verdict, because)).state is state


def test_only_what_nobody_answered_lapses():
    seated = answered(ASKED, SeatAnswer(1, Verdict.SEATED))
    assert lapsed(seated) == seated
    assert request_view(lapsed(ASKED)).wish is Wish.LAPSED


def test_each_change_of_the_wish_is_a_revision():
    assert request_view(ASKED).revision == 1
    assert request_view(withdrawn(ASKED)).revision == 2
    assert withdrawn(withdrawn(ASKED)) == withdrawn(ASKED)

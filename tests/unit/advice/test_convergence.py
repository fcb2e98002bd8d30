"""Asker and helper agree in the end, whatever reached whom, in whatever order, however often."""

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from intercoop_advice.cooperatives.domain import Cooperative
from intercoop_advice.exchange import AskersAnswer, Offer
from intercoop_advice.invitations.domain import received
from intercoop_advice.invitations.domain.conflicts import NO_OFFER_WHEN, NO_WITHDRAWAL_WHEN
from intercoop_advice.invitations.domain.received import ReceivedInvitation, ReceivedState
from intercoop_advice.invitations.domain.views import helpers_view
from intercoop_advice.requests.domain import request as requests
from intercoop_advice.requests.domain.invitation import InvitationState
from intercoop_advice.requests.domain.request import RequestDraft
from intercoop_advice.requests.domain.views import askers_view
from intercoop_contracts.advice import (
    OfferState,
    OfferVerdict,
    OfferView,
    PeerAdviceState,
    RequestState,
)
from intercoop_contracts.directory import OrganisationView, PublicContact

NOW = datetime(2026, 1, 1, 9, tzinfo=UTC)
ASKER, HELPER = UUID(int=1), UUID(int=2)
REQUEST, INVITATION = UUID(int=10), UUID(int=11)
REACH_US = PublicContact(email="contact@atelier.example")

AGREE = {
    InvitationState.ASKED: {ReceivedState.INVITED, ReceivedState.DECLINED, ReceivedState.CLOSED},
    InvitationState.OFFERED: {ReceivedState.OFFERED},
    InvitationState.ACCEPTED: {ReceivedState.INTRODUCED},
    InvitationState.NOT_TAKEN: {ReceivedState.NOT_TAKEN},
    InvitationState.WITHDRAWN: {ReceivedState.WITHDRAWN},
}


def asked():
    """A request that asks one co-operative of another union."""
    asker = Cooperative(ASKER, "auvergne", OrganisationView(name="Imprimerie"))
    helper = Cooperative(HELPER, "midi-pyrenees", OrganisationView(name="Atelier"))
    request = requests.ask(RequestDraft("Des locaux"), asker, REQUEST, now=NOW)
    return requests.invite(request, [HELPER], {HELPER: helper}, [INVITATION], now=NOW)


class TwoInstances(RuleBasedStateMachine):
    """Each side acts on what it knows; every word ever said may arrive again at any time."""

    def __init__(self):
        super().__init__()
        self.request = asked()
        self.received = ReceivedInvitation(INVITATION, "auvergne", REQUEST, HELPER)
        self.to_asker = []
        self.to_helper = [self.request.view.state]

    @property
    def invitation(self):
        return self.request.invitations[0]

    def asker_is_now(self, request):
        """Keep it, introduce whom it accepted, and send what is new."""
        if request.invitations[0].is_accepted:
            request = requests.introduce(request, INVITATION, REACH_US)
        self.to_helper += [given for _, given in requests.answers_given(self.request, request)]
        if request.view != self.request.view:
            self.to_helper.append(request.view.state)
        self.request = request

    def helper_is_now(self, one):
        if one.is_introduced:
            one = received.introduce(one, REACH_US)
        if one.offer and one.offer != self.received.offer:
            self.to_asker.append(one.offer)
        self.received = one

    @precondition(lambda self: not self.received.is_closed)
    @precondition(lambda self: self.received.state not in NO_OFFER_WHEN)
    @rule(text=st.sampled_from(["Venez voir", "Nous avons un hangar"]))
    def the_helper_offers(self, text):
        self.helper_is_now(received.offer(self.received, text))

    @precondition(lambda self: self.received.state not in NO_WITHDRAWAL_WHEN)
    @rule()
    def the_helper_withdraws(self):
        self.helper_is_now(received.withdraw(self.received))

    @precondition(lambda self: self.received.state is ReceivedState.INVITED)
    @rule()
    def the_helper_declines(self):
        self.helper_is_now(received.decline(self.received))

    @precondition(lambda self: self.invitation.state is InvitationState.OFFERED)
    @rule(verdict=st.sampled_from(OfferVerdict))
    def the_asker_answers(self, verdict):
        self.asker_is_now(requests.answer(self.request, INVITATION, verdict))

    @precondition(lambda self: self.request.is_open)
    @rule()
    def the_asker_closes(self):
        self.asker_is_now(requests.close(self.request, "Un hangar", []))

    @precondition(lambda self: self.to_asker)
    @rule(data=st.data())
    def a_word_reaches_the_asker(self, data):
        self.asker_hears(data.draw(st.sampled_from(self.to_asker)))

    @rule(data=st.data())
    def a_word_reaches_the_helper(self, data):
        self.helper_hears(data.draw(st.sampled_from(self.to_helper)))

    def asker_hears(self, offer):
        self.asker_is_now(requests.hear_offer(self.request, INVITATION, offer))

    def helper_hears(self, word):
        match word:
            case AskersAnswer():
                self.helper_is_now(received.hear_answer(self.received, word))
            case _:
                self.helper_is_now(received.hear_request(self.received, word))

    @invariant()
    def nobody_reads_of_a_decline(self):
        silent = received.as_if_silent(self.received)
        shown = helpers_view(self.received, self.request.view)
        assert shown == helpers_view(silent, self.request.view)
        said = [shown, askers_view(self.request), self.request.view, *self.to_asker]
        assert "declin" not in str(said)

    @invariant()
    def a_contact_is_there_exactly_while_both_have_said_yes(self):
        assert (self.invitation.contact is not None) == self.invitation.is_accepted
        assert (self.received.contact is not None) == self.received.is_introduced

    @invariant()
    def the_asker_counts_only_who_offered(self):
        counted = bool(askers_view(self.request).counterparts)
        assert counted == (self.invitation.offer is not None)

    def teardown(self):
        """Everything arrives in the end, old words after new ones, twice."""
        for _ in range(3):
            for offer in (*self.to_asker, *reversed(self.to_asker)):
                self.asker_hears(offer)
            for word in (*self.to_helper, *reversed(self.to_helper)):
                self.helper_hears(word)
        self.they_agree()

    def they_agree(self):
        asker, helper = self.invitation, self.received
        assert helper.state in AGREE[asker.state]
        assert asker.offer == helper.offer
        assert helper.is_closed == (not self.request.is_open)
        both = (
            helper.offer is not None
            and helper.offer.is_live
            and asker.answer == AskersAnswer(helper.offer.revision, OfferVerdict.ACCEPTED)
        )
        assert asker.is_accepted == helper.is_introduced == both
        if not self.request.is_open:
            assert asker.state is not InvitationState.OFFERED
        introduced = {one.state for one in askers_view(self.request).counterparts}
        assert (PeerAdviceState.INTRODUCED in introduced) == both


TestTwoInstances = TwoInstances.TestCase
TestTwoInstances.settings = settings(max_examples=300, stateful_step_count=30)


def test_an_acceptance_that_crosses_a_withdrawal_introduces_nobody_on_either_side():
    offered = received.offer(
        ReceivedInvitation(INVITATION, "auvergne", REQUEST, HELPER), "Venez voir"
    )
    known = requests.hear_offer(asked(), INVITATION, offered.offer)
    accepted = requests.answer(known, INVITATION, OfferVerdict.ACCEPTED)
    withdrawn = received.withdraw(offered)

    asker = requests.hear_offer(accepted, INVITATION, withdrawn.offer)
    helper = received.hear_answer(withdrawn, accepted.invitations[0].answer)

    assert accepted.invitations[0].state is InvitationState.ACCEPTED
    assert asker.invitations[0].state is InvitationState.WITHDRAWN
    assert helper.state is ReceivedState.WITHDRAWN


def test_an_offer_with_other_words_has_to_be_accepted_anew():
    known = requests.hear_offer(asked(), INVITATION, Offer(1, OfferState.OFFERED, "Un hangar"))
    accepted = requests.answer(known, INVITATION, OfferVerdict.ACCEPTED)
    other = requests.hear_offer(accepted, INVITATION, Offer(2, OfferState.OFFERED, "Un garage"))
    assert other.invitations[0].state is InvitationState.OFFERED


def test_steps_that_arrive_as_one_leave_the_same_state():
    offers = [
        Offer(1, OfferState.OFFERED, "a"),
        Offer(2, OfferState.WITHDRAWN),
        Offer(3, OfferState.OFFERED, "b"),
    ]
    one_by_one = asked()
    for offer in offers:
        one_by_one = requests.hear_offer(one_by_one, INVITATION, offer)
    assert requests.hear_offer(asked(), INVITATION, offers[-1]) == one_by_one


def test_what_is_published_of_an_offer_has_no_room_for_a_decline():
    assert {state.value for state in OfferState} == {"offered", "withdrawn"}
    assert "declined" not in {state.value for state in PeerAdviceState}
    assert set(OfferView.model_fields) == {
        "asker", "request_id", "organisation_id", "revision", "state", "text",
    }  # fmt: skip


def test_a_closed_request_answers_a_late_offer():
    closed = requests.close(asked(), "Rien", [])
    late = requests.hear_offer(closed, INVITATION, Offer(1, OfferState.OFFERED, "Venez voir"))
    assert closed.view.state is RequestState.CLOSED
    assert [one.verdict for _, one in requests.answers_given(closed, late)] == [
        OfferVerdict.NOT_TAKEN
    ]

"""What a co-operative may ask, whom it may ask, and how it ends."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from intercoop_advice.cooperatives.domain import Cooperative
from intercoop_advice.exchange import Offer
from intercoop_advice.invitations.domain.received import ReceivedInvitation, offer
from intercoop_advice.requests.domain import request as requests
from intercoop_advice.requests.domain.invitation import InvitationState
from intercoop_advice.requests.domain.refusals import MAX_INVITATIONS
from intercoop_advice.requests.domain.request import RequestDraft
from intercoop_advice.requests.domain.views import askers_view
from intercoop_chassis.refusals import Refused
from intercoop_contracts.advice import OfferState, OfferVerdict
from intercoop_contracts.directory import CommuneView, OrganisationView

NOW = datetime(2026, 1, 1, 9, tzinfo=UTC)
AURILLAC = CommuneView(code="15014", name="Aurillac", departement="15")
ASKER = Cooperative(
    UUID(int=1),
    "auvergne",
    OrganisationView(name="Imprimerie", trade="18.12Z", commune=AURILLAC),
)


def cooperatives(*numbers):
    view = OrganisationView(name="Atelier")
    return {UUID(int=one): Cooperative(UUID(int=one), "ouest", view) for one in numbers}


def asked(*numbers, title="Des locaux"):
    request = requests.ask(RequestDraft(title), ASKER, UUID(int=100), now=NOW)
    return invited(request, *numbers) if numbers else request


def invited(request, *numbers, known=None):
    wanted = [UUID(int=one) for one in numbers]
    known = cooperatives(*numbers) if known is None else known
    ids = [UUID(int=1000 + one) for one in numbers]
    return requests.invite(request, wanted, known, ids, now=NOW)


def offered(request, number, text="Venez voir"):
    heard = Offer(1, OfferState.OFFERED, text)
    return requests.hear_offer(request, UUID(int=1000 + number), heard)


def fields(refused):
    assert isinstance(refused, Refused)
    return [one.field for one in refused.refusals]


def test_a_request_says_what_the_directory_says_of_the_asker():
    view = asked(title="  Des   locaux ").view
    assert (view.title, view.organisation_name, view.trade) == (
        "Des locaux",
        "Imprimerie",
        "18.12Z",
    )
    assert view.commune == AURILLAC


@pytest.mark.parametrize(
    ("draft", "wrong"),
    [
        (RequestDraft(" \u00a0 "), ["title"]),
        (RequestDraft("x" * 201), ["title"]),
        (RequestDraft("x", "y" * 4001), ["text"]),
        (RequestDraft("x", "", tuple(f"tag {one}" for one in range(21))), ["expertise"]),
        (RequestDraft("x", "", ("y" * 81,)), ["expertise"]),
        (RequestDraft("", "y" * 4001, ("z" * 81,)), ["title", "text", "expertise"]),
    ],
)
def test_everything_wrong_with_a_draft_is_said_at_once(draft, wrong):
    assert fields(requests.ask(draft, ASKER, UUID(int=100), now=NOW)) == wrong


def test_who_is_asked_twice_keeps_the_first_invitation():
    once = asked(2, 3)
    again = requests.invite(
        once, [UUID(int=3), UUID(int=4)], cooperatives(3, 4), [UUID(int=8), UUID(int=9)], now=NOW
    )
    assert [one.id.int for one in again.invitations] == [1002, 1003, 8]
    assert invited(again, 2, 3, 4) is again


def test_who_was_asked_and_left_the_network_since_stays_asked():
    once = asked(2)
    assert invited(once, 2, known={}) is once


def test_nobody_asks_itself_or_somebody_unknown():
    assert fields(invited(asked(), 1, 2, known=cooperatives(1))) == [
        "organisations.0",
        "organisations.1",
    ]


def test_thirty_are_asked_at_most():
    full = asked(*range(2, 2 + MAX_INVITATIONS))
    assert len(full.invitations) == MAX_INVITATIONS
    assert fields(invited(full, 99)) == ["organisations"]
    assert invited(full, 2) is full


def test_what_everybody_reads_tells_whom_it_asks_and_not_what_they_said():
    request = requests.answer(offered(asked(2, 3), 2), UUID(int=1002), OfferVerdict.ACCEPTED)
    assert [set(one) for one in request.view.model_dump()["invitations"]] == [
        {"id", "organisation_id", "helper"}
    ] * 2
    assert request.view == asked(2, 3).view


def test_an_answer_needs_an_offer_and_the_first_is_the_last():
    silent = asked(2)
    assert requests.answer(silent, UUID(int=1002), OfferVerdict.ACCEPTED) == silent
    accepted = requests.answer(offered(silent, 2), UUID(int=1002), OfferVerdict.ACCEPTED)
    assert requests.answer(accepted, UUID(int=1002), OfferVerdict.NOT_TAKEN) == accepted


def test_closing_takes_no_offer_that_still_waits_and_keeps_what_was_accepted():
    request = offered(offered(asked(2, 3, 4), 2), 3)
    request = requests.answer(request, UUID(int=1002), OfferVerdict.ACCEPTED)
    closed = requests.close(request, " Un hangar\nprès de la gare ", [UUID(int=1002)])
    assert [one.state for one in closed.invitations] == [
        InvitationState.ACCEPTED,
        InvitationState.NOT_TAKEN,
        InvitationState.ASKED,
    ]
    assert closed.view.what_helped == "Un hangar\nprès de la gare"
    assert [one.has_helped for one in closed.invitations] == [True, False, False]


def test_closing_needs_words_and_helpers_who_were_asked():
    assert fields(requests.close(asked(2), " ", [])) == ["what_helped"]
    assert fields(requests.close(asked(2), "Rien", [UUID(int=1002), UUID(int=7)])) == [
        "helped_by.1"
    ]


@pytest.mark.parametrize(
    ("offers", "accepts", "state"),
    [
        ([], [], "asked"),
        ([2], [], "offered"),
        ([2, 3], [2], "offered"),
        ([2], [2], "introduced"),
    ],
)
def test_people_are_shown_what_waits_for_them_first(offers, accepts, state):
    request = asked(2, 3)
    for one in offers:
        request = offered(request, one)
    for one in accepts:
        request = requests.answer(request, UUID(int=1000 + one), OfferVerdict.ACCEPTED)
    shown = askers_view(request)
    assert shown.state == state
    assert [one.organisation_id.int for one in shown.counterparts] == offers


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 4001])
def test_an_offer_needs_words_and_not_too_many(text):
    one = ReceivedInvitation(UUID(int=1), "auvergne", UUID(int=2), UUID(int=3))
    assert fields(offer(one, text)) == ["text"]


def test_the_same_words_again_are_the_same_offer():
    one = ReceivedInvitation(UUID(int=1), "auvergne", UUID(int=2), UUID(int=3))
    once = offer(one, "Venez voir")
    assert offer(once, " Venez voir ") is once
    assert offer(once, "Venez demain").offer.revision == 2


def test_answers_are_given_in_the_order_of_the_invitations_ids():
    """Whoever hears them at home locks the invitations: everybody does so in one order."""
    request = invited(asked(9), 2, 5)
    for number in (9, 2, 5):
        request = offered(request, number)
    closed = requests.close(request, "Rien", [])
    told = [invitation.id for invitation, _ in requests.answers_given(request, closed)]
    assert told == sorted(invitation.id for invitation in request.invitations)
    assert told != [invitation.id for invitation in request.invitations]

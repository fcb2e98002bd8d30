"""What owners say of things that are not theirs changes nothing, and is no reason to stop."""

from uuid import UUID

import pytest

from intercoop_contracts.advice import (
    ADVICE_REQUESTS,
    OFFER_ANSWERS,
    OFFERS,
    AdviceRequestView,
    InvitationView,
    OfferAnswerView,
    OfferState,
    OfferVerdict,
    OfferView,
)
from intercoop_contracts.streams import End, Ended
from testkit.ids import new_id
from testkit.in_memory_network import state_event

STRANGER = "limousin"


def offer_view(exchange, helper, **fields):
    usual = {
        "asker": "auvergne",
        "request_id": UUID(exchange.request),
        "organisation_id": helper,
        "revision": 9,
        "state": OfferState.OFFERED,
        "text": "Venez chez nous",
    }
    return OfferView(**{**usual, **fields})


@pytest.fixture
async def asked(home, neighbour, helper, exchange):
    await exchange.ask(helper)
    await neighbour.hears_from(home)
    return exchange.invitations[str(helper)]


async def test_an_offer_by_somebody_who_is_not_the_helper_is_ignored(home, helper, exchange, asked):
    for organisation in (helper, new_id(STRANGER)):
        forged = offer_view(exchange, organisation)
        await home.consumer.receive_as_read(state_event(OFFERS, STRANGER, asked, forged))
    assert await exchange.state_of(helper) == "asked"


@pytest.mark.parametrize(
    ("field", "owner"), [("request_id", "auvergne"), ("organisation_id", "midi-pyrenees")]
)
async def test_an_offer_about_something_else_is_ignored(
    home, helper, exchange, asked, field, owner
):
    wrong = offer_view(exchange, helper, **{field: new_id(owner)})
    await home.consumer.receive([state_event(OFFERS, "midi-pyrenees", asked, wrong)])
    assert await exchange.state_of(helper) == "asked"


async def test_an_offer_to_an_invitation_that_nobody_sent_is_ignored(home, helper, exchange, asked):
    await home.consumer.receive(
        [state_event(OFFERS, "midi-pyrenees", new_id(home.owner), offer_view(exchange, helper))]
    )
    assert not home.consumer.waits
    assert await exchange.state_of(helper) == "asked"


async def test_an_offer_to_somebody_else_is_none_of_our_business(home, helper, exchange, asked):
    elsewhere = offer_view(exchange, helper, asker="ouest", request_id=new_id("ouest"))
    to_theirs = state_event(OFFERS, "midi-pyrenees", new_id("ouest"), elsewhere)
    to_ours = state_event(OFFERS, "midi-pyrenees", asked, elsewhere)
    await home.consumer.receive_as_read(to_theirs, to_ours)
    assert await exchange.state_of(helper) == "asked"


async def test_an_answer_by_somebody_who_is_not_the_asker_introduces_nobody(
    neighbour, helper, exchange, asked
):
    await exchange.offer(neighbour, helper)
    forged = OfferAnswerView(
        helper="midi-pyrenees",
        request_id=UUID(exchange.request),
        offer_revision=1,
        verdict=OfferVerdict.ACCEPTED,
    )
    ours = forged.model_copy(update={"request_id": new_id(STRANGER)})
    for subject, view in ((asked, forged), (asked, ours), (new_id(STRANGER), ours)):
        answer = state_event(OFFER_ANSWERS, STRANGER, subject, view)
        await neighbour.consumer.receive_as_read(answer)
    assert not neighbour.consumer.waits
    assert (await neighbour.shown_to(exchange.request, helper))["state"] == "offered"


async def test_an_answer_about_another_request_introduces_nobody(
    home, neighbour, helper, exchange, asked
):
    await exchange.offer(neighbour, helper)
    wrong = OfferAnswerView(
        helper="midi-pyrenees",
        request_id=new_id(home.owner),
        offer_revision=1,
        verdict=OfferVerdict.ACCEPTED,
    )
    await neighbour.consumer.receive([state_event(OFFER_ANSWERS, home.owner, asked, wrong)])
    assert not neighbour.consumer.waits
    assert (await neighbour.shown_to(exchange.request, helper))["state"] == "offered"


async def test_a_stranger_who_repeats_ids_takes_nobodys_place(
    home, neighbour, asker, helper, exchange, asked
):
    """Neither the invitation's id, nor the request's, nor that of a request of this instance."""
    other = new_id(STRANGER)
    own = await neighbour_asks(neighbour, helper)
    before = await neighbour.said("peer-advice")
    for request, invitation, organisation in (
        (exchange.request, asked, helper),
        (exchange.request, str(new_id(STRANGER)), helper),
        (own, str(new_id(STRANGER)), helper),
        (str(new_id(STRANGER)), asked, helper),
        (str(new_id(STRANGER)), str(new_id(STRANGER)), other),
    ):
        forged = AdviceRequestView(
            organisation_id=other,
            organisation_name="Personne",
            title="Venez chez nous",
            invitations=(
                InvitationView(
                    id=UUID(invitation), organisation_id=organisation, helper="midi-pyrenees"
                ),
            ),
        )
        asking = state_event(ADVICE_REQUESTS, STRANGER, request, forged)
        await neighbour.consumer.receive_as_read(asking)
    assert await neighbour.said("peer-advice") == before


async def neighbour_asks(neighbour, organisation):
    async with neighbour.member(organisation) as people:
        body = {"organisation_id": str(organisation), "title": "Une question"}
        return (await people.post("/requests", json=body)).json()["id"]


async def test_a_request_of_a_stranger_that_repeats_an_id_of_ours_does_not_touch_ours(
    home, exchange, asked
):
    forged = AdviceRequestView(
        organisation_id=new_id(STRANGER),
        organisation_name="Personne",
        title="Autre",
        state="closed",
    )
    asking = state_event(ADVICE_REQUESTS, STRANGER, exchange.request, forged)
    await home.consumer.receive_as_read(asking)
    shown = await exchange.read()
    assert (shown["title"], shown["state"]) == ("Nous cherchons des locaux", "open")


@pytest.mark.parametrize("stream", [OFFERS, OFFER_ANSWERS])
async def test_an_end_of_what_was_exchanged_is_no_news(
    home, neighbour, helper, exchange, asked, stream
):
    ended = Ended(ended=End(reason="withdrawn"))
    for one in (home, neighbour):
        await one.consumer.receive_as_read(state_event(stream, STRANGER, asked, ended))
    assert await exchange.state_of(helper) == "asked"


async def test_an_answer_that_overtakes_a_request_which_was_forgotten_waits_for_it(
    home, neighbour, helper, exchange, asked
):
    from intercoop_advice.main import SERVICE
    from intercoop_advice.requests import projections
    from testkit.in_memory_network import newest_states

    await exchange.offer(neighbour, helper)
    await home.hears_from(neighbour)
    await exchange.decide(helper, "accept")
    async with neighbour.db.transaction() as tx:
        await projections.forget_requests("auvergne", tx)
    events = await newest_states(SERVICE, home.db)
    await neighbour.consumer.receive([one for one in events if one.stream is OFFER_ANSWERS])
    assert neighbour.consumer.waits
    async with neighbour.db.transaction() as tx:
        await tx.execute(
            "UPDATE replica SET applied = 0, value = NULL WHERE topic LIKE '%requests%'"
        )
    await neighbour.consumer.receive([one for one in events if one.stream is ADVICE_REQUESTS])
    assert (await neighbour.shown_to(exchange.request, helper))["state"] == "introduced"

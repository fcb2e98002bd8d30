"""What is not ours is not worked on, and what is said again and again costs the same each time."""

from uuid import UUID

from intercoop_contracts.advice import (
    ADVICE_REQUESTS,
    OFFERS,
    InvitationView,
    OfferState,
    OfferView,
)
from intercoop_contracts.directory import ORGANISATIONS
from testkit.advice_service import cooperative
from testkit.ids import new_id
from testkit.in_memory_network import state_event
from testkit.statements import counted
from testkit.strange_owner import STRANGER, StrangeOwner

OURS = "midi-pyrenees"


async def test_a_request_that_asks_nobody_of_ours_costs_its_row_and_no_question(
    neighbour, monkeypatch
):
    stranger = StrangeOwner(neighbour)

    def strange(count):
        foreign = InvitationView(id=new_id(STRANGER), organisation_id=new_id("x"), helper="x")
        view = stranger.request(invitations=(foreign,))
        return [
            state_event(ADVICE_REQUESTS, STRANGER, new_id(STRANGER), view) for _ in range(count)
        ]

    asked = []
    for count in (1, 50):
        events = strange(count)
        with counted(monkeypatch) as statements:
            await neighbour.consumer.receive(events)
        asked.append(len(statements))
    assert asked[0] == asked[1]
    assert len(await neighbour.fetch("SELECT FROM network_requests")) == 51


async def test_an_organisation_of_others_costs_its_row_and_no_question(neighbour, monkeypatch):
    asked = []
    for count in (1, 50):
        events = [
            state_event(ORGANISATIONS, STRANGER, new_id(STRANGER), cooperative("Ailleurs"))
            for _ in range(count)
        ]
        with counted(monkeypatch) as statements:
            await neighbour.consumer.receive(events)
        asked.append(len(statements))
    assert asked[0] == asked[1]


def offers(exchange, helper, count, **fields):
    view = OfferView(
        asker="auvergne",
        request_id=UUID(exchange.request),
        organisation_id=helper,
        revision=1,
        state=OfferState.OFFERED,
        text="Venez",
    )
    return [
        state_event(OFFERS, OURS, new_id("auvergne"), view.model_copy(update=fields))
        for _ in range(count)
    ]


async def test_an_offer_that_nobody_asked_for_takes_one_statement_and_publishes_nothing(
    home, helper, exchange, monkeypatch
):
    await exchange.ask(helper)
    before = await home.fetch("SELECT * FROM published")
    asked = []
    for count in (1, 101):
        events = offers(exchange, helper, count)
        with counted(monkeypatch) as statements:
            await home.consumer.receive(events)
        asked.append(len(statements))
    assert asked[1] - asked[0] == 100
    assert await home.fetch("SELECT * FROM published") == before


async def test_offers_that_come_and_go_take_the_same_statements_each_time_and_keep_one_row(
    home, helper, exchange, monkeypatch
):
    await exchange.ask(helper)
    asked = []
    for revision in range(1, 40):
        state = OfferState.OFFERED if revision % 2 else OfferState.WITHDRAWN
        (event,) = offers(exchange, helper, 1, revision=revision, state=state)
        subject = exchange.invitations[str(helper)]
        envelope = event.envelope._replace(subject=subject, sequence=revision)
        with counted(monkeypatch) as statements:
            await home.consumer.receive([event._replace(envelope=envelope)])
        asked.append(len(statements))
    assert len(set(asked)) == 1
    assert len(await home.fetch("SELECT FROM invitations")) == 1
    assert await exchange.state_of(helper) == "offered"

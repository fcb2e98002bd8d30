"""What others publish at the bounds of its contract breaks no page of `advice`."""

from itertools import cycle

import pytest

from intercoop_contracts.advice import ADVICE_REQUESTS, OFFER_ANSWERS, OFFERS
from intercoop_contracts.directory import ORGANISATIONS
from testkit.advice_service import cooperative
from testkit.extremes import Extreme, at_the_bounds
from testkit.ids import new_id
from testkit.in_memory_network import state_event
from testkit.reading_routes import Reading, arrivals, reading_routes

AWAY = "midi-pyrenees"
AT_MOST = 30


@pytest.fixture
async def staff(home):
    async with home.client() as client:
        yield client


@pytest.fixture
async def cooperatives(home):
    """Organisations of another owner at every bound; those that can be asked, by id."""
    events = arrivals(ORGANISATIONS, AWAY)
    await home.consumer.receive(events.values(), alone=True)
    return [
        subject
        for subject, event in events.items()
        if event.after.kind == "cooperative" and event.after.left is None
    ]


async def test_whoever_asks_is_shown_neighbours(home, staff, cooperatives):
    said = ("all", "name", "trade", "commune.name", "commune.lat", "commune.lon")
    askers = arrivals(
        ORGANISATIONS,
        home.owner,
        [each for each in at_the_bounds(ORGANISATIONS, home.owner) if each.where.startswith(said)],
    )
    await home.consumer.receive(askers.values())
    reading = Reading(staff)
    for asker, event in askers.items():
        if event.after.left:
            continue
        body = {"organisation_id": asker, "title": "Locaux", "expertise": ["x" * 80, "é"]}
        answer = await staff.post("/requests", json=body)
        assert answer.status_code == 201, answer.text
        await reading.one(f"/requests/{answer.json()['id']}/neighbours", limit=50)
    await reading.all("/requests", limit=1)
    await reading.all("/network-requests", limit=1)
    assert reading.broken == []
    assert reading.count > 3 * 20


@pytest.fixture
async def invitations(home, staff):
    """Requests of another owner, at every bound; invitations of our co-operatives to them."""
    ours = [new_id(home.owner) for _ in range(5)]
    view = cooperative("Imprimerie du Cantal")
    await home.consumer.receive(
        [state_event(ORGANISATIONS, home.owner, organisation, view) for organisation in ours]
    )
    events = arrivals(ADVICE_REQUESTS, AWAY, asking(home.owner, ours))
    await home.consumer.receive(events.values(), alone=True)
    reading = Reading(staff)
    received = await reading.all("/invitations", limit=1)
    assert reading.broken == []
    assert len(received) > len(events) / 2
    return [item["id"] for item in received]


def asking(helper, organisations):
    """Requests at every bound, each to a co-operative of ours."""
    for (where, view), asked in zip(
        at_the_bounds(ADVICE_REQUESTS, AWAY, helper), cycle(organisations), strict=False
    ):
        invited = {"id": str(new_id(AWAY)), "organisation_id": str(asked), "helper": helper}
        is_about_them = where.startswith("invitations")
        yield Extreme(where, view if is_about_them else view | {"invitations": [invited]})


async def test_requests_are_listed_and_invitations_read_and_answered(staff, invitations):
    reading = Reading(staff)
    await reading.all("/network-requests", limit=1)
    await reading.each("/invitations/{}", invitations)
    assert reading.broken == []
    for invitation in invitations:
        body = {"text": "Nous avons de la place."}
        answer = await staff.post(f"/invitations/{invitation}/offer", json=body)
        assert answer.status_code in {200, 409}, answer.text


async def test_offers_at_their_bounds_are_read_and_accepted(home, staff, exchange, cooperatives):
    offers = at_the_bounds(OFFERS, AWAY, home.owner)
    offered = 0
    for first in range(0, len(cooperatives), AT_MOST):
        asked = await exchange.ask(*cooperatives[first : first + AT_MOST])
        said = [
            _offer(offers[number % len(offers)], asked["id"], invitation, home.owner)
            for number, invitation in enumerate(asked["invitations"])
        ]
        events = [
            event._replace(envelope=event.envelope._replace(subject=invitation["id"]))
            for event, invitation in zip(
                arrivals(OFFERS, AWAY, said).values(), asked["invitations"], strict=True
            )
        ]
        await home.consumer.receive(events, alone=True)
        offered += await _accept_all(staff, asked["id"])
    reading = Reading(staff)
    await reading.all("/requests", limit=1)
    assert reading.broken == []
    assert offered > len(cooperatives) / 2


def _offer(extreme, request, invitation, asker):
    ids = {"request_id": request, "organisation_id": invitation["organisation_id"]}
    return Extreme(extreme.where, {**extreme.view, **ids, "asker": asker})


async def _accept_all(staff, request):
    reading = Reading(staff)
    invitations = (await reading.one(f"/requests/{request}"))["invitations"]
    offered = [each["id"] for each in invitations if each["state"] == "offered"]
    for invitation in offered:
        answer = await staff.post(f"/requests/{request}/offers/{invitation}/accept")
        assert answer.status_code == 200, answer.text
    assert reading.broken == []
    return len(offered)


async def test_answers_at_their_bounds_are_heard(home, staff, invitations):
    answers = at_the_bounds(OFFER_ANSWERS, AWAY, home.owner)
    shown = [await staff.get(f"/invitations/{each}") for each in invitations]
    for number, page in enumerate(shown):
        invitation, extreme = page.json(), answers[number % len(answers)]
        view = {**extreme.view, "helper": home.owner, "request_id": invitation["request"]["id"]}
        (event,) = arrivals(OFFER_ANSWERS, AWAY, [Extreme(extreme.where, view)]).values()
        subject = event.envelope._replace(subject=invitation["id"])
        await home.consumer.receive([event._replace(envelope=subject)])
    reading = Reading(staff)
    await reading.all("/invitations", limit=1)
    assert reading.broken == []
    assert shown


def test_every_route_that_reads_is_known_here():
    """A new one is to be read above, after records at their bounds have arrived."""
    assert reading_routes("advice") == {
        "/invitations",
        "/invitations/{invitation_id}",
        "/network-requests",
        "/requests",
        "/requests/{request_id}",
        "/requests/{request_id}/neighbours",
    }

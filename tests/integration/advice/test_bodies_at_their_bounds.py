"""What co-operatives may write of requests and offers is no wider than what others take."""

import pytest

from intercoop_advice.invitations.api import OfferBody
from intercoop_advice.main import SERVICE
from intercoop_advice.requests.api.requests import CloseBody, RequestBody
from intercoop_contracts.advice import ADVICE_REQUESTS, OFFERS
from testkit.extremes import bodies_at_the_bounds
from testkit.in_memory_network import newest_states


async def published(instance, stream):
    states = await newest_states(SERVICE, instance.db)
    return [event.after for event in states if event.stream.id == stream.id]


async def test_every_request_that_is_taken_can_be_read_by_others(home, asker):
    taken = 0
    async with home.member(asker) as people:
        for where, body in bodies_at_the_bounds(RequestBody, organisation_id=str(asker)):
            answer = await people.post("/requests", json=body)
            assert answer.status_code in {201, 403, 422}, (where, answer.text)
            taken += answer.status_code == 201
    views = await published(home, ADVICE_REQUESTS)
    assert len(views) == taken > 20
    assert max(len(view.title) for view in views) == 200
    assert max(len(view.text) for view in views) == 4000


@pytest.mark.parametrize("helped", [[], None], ids=["by nobody", "by strangers"])
async def test_every_closing_that_is_taken_can_be_read_by_others(home, asker, exchange, helped):
    usual = {} if helped is None else {"helped_by": helped}
    closed = 0
    for where, body in bodies_at_the_bounds(CloseBody, **usual):
        request = await exchange.ask()
        async with home.member(asker) as people:
            answer = await people.post(f"/requests/{request['id']}/close", json=body)
        assert answer.status_code in {200, 422}, (where, answer.text)
        closed += answer.is_success
    views = await published(home, ADVICE_REQUESTS)
    assert sum(view.state == "closed" for view in views) == closed > 5
    assert max(len(view.what_helped or "") for view in views) == 4000


async def test_every_offer_that_is_taken_can_be_read_by_others(home, neighbour, helper, exchange):
    await exchange.ask(helper)
    await neighbour.hears_from(home)
    longest = 0
    for where, body in bodies_at_the_bounds(OfferBody):
        answer = await exchange.offer(neighbour, helper, body["text"])
        assert answer.status_code in {200, 422}, (where, answer.text)
        (offer,) = await published(neighbour, OFFERS) or [None]
        longest = max(longest, len(offer.text) if offer else 0)
    assert longest == 4000

"""Asker and helper of one instance: the way of a word between them, and its statements."""

import pytest

from testkit.rooms import rooms_entered
from testkit.statements import counted


@pytest.fixture
async def near(home, network, exchange):
    """A co-operative of the same union, which is asked."""
    near = await network.cooperative(home, "Le Fournil")
    await exchange.ask(near)
    return near


async def test_an_offer_and_its_acceptance_take_no_more_statements_than_by_hand(
    home, near, exchange, monkeypatch
):
    """Handed over by hand they were 10 and 12."""
    with counted(monkeypatch) as offer:
        assert (await exchange.offer(home, near)).status_code == 200
    with counted(monkeypatch) as acceptance:
        assert (await exchange.decide(near, "accept")).status_code == 200
    assert (len(offer), len(acceptance)) == (9, 11)


async def test_a_word_at_home_enters_no_room_twice(home, near, exchange):
    with rooms_entered("intercoop_advice") as by_an_offer:
        await exchange.offer(home, near)
    with rooms_entered("intercoop_advice") as by_an_acceptance:
        await exchange.decide(near, "accept")
    assert by_an_offer == [
        "invitations.api",
        "access",
        "invitations.handlers",
        "requests.subscribers",
        "requests.handlers",
    ]
    assert by_an_acceptance == [
        "requests.api.offers",
        "access",
        "requests.handlers",
        "invitations.subscribers",
        "invitations.handlers",
        "requests.api.answers",
    ]


async def test_a_helper_at_home_who_has_not_heard_of_the_end_is_answered_as_one_away_is(
    home, near, exchange
):
    await exchange.close()
    async with home.db.transaction() as tx:
        await tx.execute("UPDATE received_invitations SET is_closed = false, state = 'invited'")

    late = await exchange.offer(home, near)

    assert (late.status_code, late.json()["state"]) == (200, "not-taken")
    assert (await home.shown_to(exchange.request, near))["state"] == "not-taken"
    assert await exchange.state_of(near) == "not-taken"
    assert await home.said("offers") == await home.said("offer-answers") == {}


async def test_an_acceptance_at_home_without_the_askers_own_contact_is_refused_in_words(
    home, near, asker, exchange
):
    await exchange.offer(home, near)
    async with home.db.transaction() as tx:
        await tx.execute("DELETE FROM known_organisations WHERE id = $1", asker)

    refused = await exchange.decide(near, "accept")

    assert (refused.status_code, refused.json()["code"]) == (409, "not-yet")
    assert "has not arrived here yet: try again" in refused.json()["detail"]
    assert await exchange.state_of(near) == "offered"

"""What is remembered of others: rebuilt the same by a replay, and forgotten with its owner."""

import time
from datetime import timedelta

import pytest

from intercoop_advice.main import SERVICE
from intercoop_advice.requests import projections
from intercoop_chassis.consumer.follows import Follows, settle
from intercoop_chassis.replay import replay
from intercoop_contracts.advice import ADVICE_REQUESTS, AdviceRequestView, InvitationView
from intercoop_contracts.directory import ORGANISATIONS
from intercoop_contracts.ids import Ids
from intercoop_contracts.streams import End, Ended
from testkit.advice_service import FIGEAC, cooperative
from testkit.ids import new_id
from testkit.in_memory_network import newest_states, state_event

READ = {
    "organisations": "SELECT * FROM known_organisations ORDER BY owner, id",
    "requests": "SELECT * FROM network_requests ORDER BY owner, id",
    "invitations": "SELECT * FROM network_invitations ORDER BY owner, id",
}
EMPTY = "TRUNCATE known_organisations, network_requests, network_invitations"


async def remembered(advice):
    return {name: await advice.fetch(sql) for name, sql in READ.items()}


@pytest.fixture
async def heard(home, neighbour, helper, exchange):
    """A request of Auvergne, open, and one that is closed; heard in Midi-Pyrénées."""
    await exchange.ask(helper)
    await neighbour.hears_from(home)
    await exchange.close()
    await exchange.ask(helper)
    await neighbour.hears_from(home)
    return neighbour


@pytest.mark.parametrize("emptied", [False, True])
async def test_a_replay_writes_the_same_rows_again(heard, emptied):
    before = await remembered(heard)
    assert [len(rows) for rows in before.values()] == [2, 2, 2]
    if emptied:
        async with heard.db.transaction() as tx:
            await tx.execute(EMPTY)
    for stream in (ORGANISATIONS, ADVICE_REQUESTS):
        assert await replay(heard.db, SERVICE.subscribers, stream.id) == 2
    assert await remembered(heard) == before


async def test_a_replay_tells_nobody_anything_again(heard):
    before = await heard.fetch("SELECT * FROM published")
    await replay(heard.db, SERVICE.subscribers, ADVICE_REQUESTS.id)
    assert await heard.fetch("SELECT * FROM published") == before


async def test_when_a_co_operative_was_asked_does_not_change_with_the_request(
    home, neighbour, heard, exchange
):
    before = (await remembered(heard))["invitations"]
    for event in await newest_states(SERVICE, home.db):
        later = event.envelope.time + timedelta(days=30)
        envelope = event.envelope._replace(sequence=9, time=later)
        await neighbour.consumer.receive([event._replace(envelope=envelope)])
    assert (await remembered(heard))["invitations"] == before


async def test_an_id_that_says_it_is_of_tomorrow_counts_from_when_it_was_first_seen(
    neighbour, helper
):
    tomorrow = time.time_ns() // 1_000_000 + 86_400_000
    late = Ids("ouest", clock_ms=lambda: tomorrow).new()
    invitation = InvitationView(id=late, organisation_id=helper, helper="midi-pyrenees")
    request = new_id("ouest")
    view = AdviceRequestView(
        organisation_id=new_id("ouest"),
        organisation_name="Ailleurs",
        title="?",
        invitations=[invitation],
    )
    first = state_event(ADVICE_REQUESTS, "ouest", request, view)
    later = first.envelope._replace(sequence=2, time=first.envelope.time + timedelta(days=30))
    await neighbour.consumer.receive([first])
    await neighbour.consumer.receive([first._replace(envelope=later)])
    (row,) = await neighbour.fetch("SELECT asked_at FROM network_invitations")
    assert row["asked_at"] == first.envelope.time
    nobody = view.model_copy(update={"invitations": ()})
    await neighbour.consumer.receive([state_event(ADVICE_REQUESTS, "ouest", request, nobody, 3)])
    assert await neighbour.fetch("SELECT * FROM network_invitations") == []


async def test_an_owner_that_is_no_longer_followed_is_forgotten(heard):
    async with heard.db.transaction() as tx:
        await settle(
            Follows("midi-pyrenees", frozenset(), frozenset(one.id for one in SERVICE.publishes)),
            SERVICE.subscribers,
            tx,
        )
    rows = await remembered(heard)
    assert {row["owner"] for row in rows["organisations"]} == {"midi-pyrenees"}
    assert len(rows["requests"]) == 2, "what is asked is read whoever is followed"


async def test_requests_of_a_forgotten_owner_are_gone_and_come_again(home, heard, helper, exchange):
    async with heard.db.transaction() as tx:
        await projections.forget_requests("auvergne", tx)
    async with heard.member(helper) as people:
        assert (await people.get("/invitations")).json()["items"] == []
        assert (await people.get("/network-requests")).json()["items"] == []
        assert (await exchange.offer(heard, helper)).status_code == 404
    await replay(heard.db, SERVICE.subscribers, ADVICE_REQUESTS.id)
    assert (await exchange.offer(heard, helper)).status_code == 200


async def test_a_request_that_ended_is_gone_from_every_page(home, heard, helper, exchange):
    ended = Ended(ended=End(reason="erased", erased=True))
    await heard.consumer.receive(
        [state_event(ADVICE_REQUESTS, "auvergne", exchange.request, ended, version=9)]
    )
    async with heard.member(helper) as people:
        board = (await people.get("/network-requests")).json()["items"]
        mine = (await people.get("/invitations")).json()["items"]
    assert exchange.request not in str([board, mine])
    assert len(mine) == 1
    assert (await heard.shown_to(exchange.request, helper))["ended"]["reason"] == "request-ended"
    assert len((await remembered(heard))["invitations"]) == 1


async def test_an_organisation_that_ended_is_known_as_ended(home, neighbour, network, asker):
    await network.tell(home, asker, Ended(ended=End(reason="withdrawn")))
    rows = await neighbour.fetch("SELECT record, tags FROM known_organisations")
    assert rows == [{"record": None, "tags": []}]


async def test_an_introduction_to_one_that_ended_has_no_contact_and_waits_for_nothing(
    home, neighbour, network, asker, helper, exchange
):
    await exchange.ask(helper)
    await neighbour.hears_from(home)
    await exchange.offer(neighbour, helper)
    await home.hears_from(neighbour)
    await network.tell(home, asker, Ended(ended=End(reason="withdrawn")))
    await exchange.decide(helper, "accept")
    await neighbour.hears_from(home)
    told = await neighbour.shown_to(exchange.request, helper)
    assert told["state"] == "introduced"
    assert set(told["counterparts"][0]["contact"].values()) == {None}


async def test_a_newer_word_on_an_organisation_replaces_the_older(neighbour, network, helper):
    moved = cooperative("Atelier", FIGEAC, expertise=("Énergie", "reprise d'entreprise"))
    await network.tell(neighbour, helper, moved)
    rows = await neighbour.fetch("SELECT name, tags FROM known_organisations")
    assert rows == [{"name": "Atelier", "tags": ["energie", "reprise d entreprise"]}]


async def test_what_says_it_is_of_tomorrow_counts_from_when_it_was_heard(neighbour, helper):
    """Both the id and the event say so, and both are the other owner's words."""
    tomorrow = time.time_ns() // 1_000_000 + 86_400_000
    late = Ids("ouest", clock_ms=lambda: tomorrow).new()
    invitation = InvitationView(id=late, organisation_id=helper, helper="midi-pyrenees")
    view = AdviceRequestView(
        organisation_id=new_id("ouest"),
        organisation_name="Ailleurs",
        title="?",
        invitations=[invitation],
    )
    event = state_event(ADVICE_REQUESTS, "ouest", new_id("ouest"), view)
    said = event.envelope._replace(time=event.envelope.time + timedelta(days=1))
    await neighbour.consumer.receive([event._replace(envelope=said)])
    (row,) = await neighbour.fetch("SELECT asked_at FROM network_invitations")
    assert row["asked_at"] < said.time - timedelta(hours=12)

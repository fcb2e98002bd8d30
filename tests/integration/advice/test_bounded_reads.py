"""What a read costs does not grow with what one owner publishes."""

from datetime import timedelta
from uuid import UUID

from intercoop_advice.neighbours import store
from intercoop_contracts.advice import ADVICE_REQUESTS
from testkit.advice_service import AURILLAC, cooperative
from testkit.explained import Explained
from testkit.ids import new_id
from testkit.in_memory_network import state_event
from testkit.strange_owner import STRANGER, StrangeOwner

MEGABYTE = 1024 * 1024
INSERT = """
INSERT INTO known_organisations (owner, id, as_of, record, tags)
VALUES ($1, $2, $3, $4::text::jsonb, $5)
"""


async def test_thousands_of_neighbours_that_are_all_alike_are_not_all_looked_at(
    home, exchange, monkeypatch
):
    """Of the same place, trade and expertise as is wanted."""
    record = cooperative("Scop", AURILLAC, trade="18.12Z", expertise=("locaux",)).model_dump_json()
    rows = [(STRANGER, new_id(STRANGER), home.clock(), record, ["locaux"]) for _ in range(5000)]
    async with home.db.transaction() as tx:
        await tx.execute_many(INSERT, rows)
        await tx.execute("ANALYZE known_organisations")
    monkeypatch.setattr(store, "MOST", 40)
    monkeypatch.setattr(store, "OF_ONE", 20)
    monkeypatch.setattr(store, "LOOKED_AT", 100)
    await exchange.ask(expertise=["locaux"])
    async with home.db.read() as tx:
        (row,) = await tx.fetch("SELECT record FROM requests")
        view = ADVICE_REQUESTS.view.model_validate_json(row["record"])
        explained = Explained(tx)
        await store.candidates(store.CandidateSearch(view, [], home.clock()), explained)
    assert 40 < explained.rows_read < 1000


async def test_thousands_of_one_owner_at_the_door_hide_nobody_of_another(
    home, helper, exchange, monkeypatch
):
    """They are of the place, the trade and the expertise that is wanted; the honest one is near."""
    record = cooperative("Scop", AURILLAC, trade="18.12Z", expertise=("locaux",)).model_dump_json()
    rows = [(STRANGER, new_id(STRANGER), home.clock(), record, ["locaux"]) for _ in range(500)]
    async with home.db.transaction() as tx:
        await tx.execute_many(INSERT, rows)
        await tx.execute("ANALYZE known_organisations")
    monkeypatch.setattr(store, "MOST", 40)
    monkeypatch.setattr(store, "OF_ONE", 20)
    monkeypatch.setattr(store, "LOOKED_AT", 30)
    await exchange.ask(expertise=["locaux"])
    async with home.db.read() as tx:
        (row,) = await tx.fetch("SELECT record FROM requests")
        view = ADVICE_REQUESTS.view.model_validate_json(row["record"])
        found = await store.candidates(store.CandidateSearch(view, [], home.clock()), tx)
    owners = [each.cooperative.owner for each in found]
    assert owners.count(STRANGER) == 20
    assert helper in {each.cooperative.id for each in found}


async def asked_lately(home, exchange, helper, owner, at, count):
    asked = """
    INSERT INTO network_invitations (owner, id, request_id, organisation_id, asked_at)
    SELECT $2, gen_random_uuid(), gen_random_uuid(), $1, $3
    FROM generate_series(1, $4)
    """
    async with home.db.transaction() as tx:
        await tx.execute(asked, helper, owner, at, count)
    await exchange.ask()
    address = f"/requests/{exchange.request}/neighbours"
    (found,) = (await exchange.at_home("GET", address))["items"]
    return found["reasons"][-1]["fr"]


async def test_how_often_one_owner_asks_a_co_operative_counts_once(home, helper, exchange):
    now = home.clock()
    said = await asked_lately(home, exchange, helper, STRANGER, now, 1000)
    assert said == "déjà sollicitée 1 fois depuis 90 jours"
    said = await asked_lately(home, exchange, helper, "ouest", now, 1)
    assert said == "déjà sollicitée 2 fois depuis 90 jours"


async def test_who_says_to_have_asked_tomorrow_has_not_asked(home, helper, exchange):
    tomorrow = home.clock() + timedelta(days=1)
    said = await asked_lately(home, exchange, helper, STRANGER, tomorrow, 9)
    assert said == "à 48 km"


async def test_how_many_owners_asked_a_co_operative_is_counted_up_to_a_bound(
    home, helper, exchange
):
    for number in range(25):
        owner = f"union-{number}"
        said = await asked_lately(home, exchange, helper, owner, home.clock(), 1)
    assert said == "déjà sollicitée 20 fois ou plus depuis 90 jours"


async def pages(client, address):
    """The bytes of each page, and the ids of all."""
    sizes, ids, cursor = [], [], None
    while cursor is not None or not sizes:
        query = {"limit": 500} | ({"cursor": cursor} if cursor else {})
        answer = await client.get(address, params=query)
        assert answer.status_code == 200, answer.text
        sizes.append(len(answer.content))
        ids += [item["id"] for item in answer.json()["items"]]
        cursor = answer.json()["next"]
    return sizes, ids


async def test_pages_of_others_requests_and_of_what_they_ask_of_us_are_bounded_in_bytes(
    neighbour, helper
):
    await neighbour.restart(limit_daily_invitations=500)
    stranger = StrangeOwner(neighbour)
    view = stranger.request(text="é" * 4000)
    requests = [new_id(STRANGER) for _ in range(160)]
    events = []
    for request in requests:
        asking = stranger.request(helper).invitations
        said = view.model_copy(update={"invitations": asking})
        events.append(state_event(ADVICE_REQUESTS, STRANGER, request, said))
    await neighbour.consumer.receive(events)
    async with neighbour.member(helper) as people:
        for address, count in (("/network-requests", 160), ("/invitations", 160)):
            sizes, ids = await pages(people, address)
            assert len(set(map(UUID, ids))) == count
            assert len(sizes) > 1
            assert max(sizes) < 1.2 * MEGABYTE


async def test_a_page_of_own_requests_is_bounded_with_the_offers_that_others_made(
    home, helper, exchange
):
    ids = set()
    for _ in range(3):
        await exchange.ask(helper)
        ids.add(exchange.request)
    offers = """
    UPDATE invitations SET offer_revision = 1, offer_state = 'offered', offer_text = repeat('x', $1)
    """
    async with home.db.transaction() as tx:
        await tx.execute(offers, MEGABYTE * 2 // 3)
    async with home.member(exchange.asker) as people:
        sizes, found = await pages(people, "/requests")
    assert set(found) == ids
    assert len(sizes) == 3

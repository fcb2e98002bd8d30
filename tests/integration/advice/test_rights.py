"""Who may ask, answer and read, and what the others are told."""

from uuid import uuid4

import pytest


def body(organisation, **fields):
    return {"organisation_id": str(organisation), "title": "Des locaux", **fields}


async def test_a_member_asks_for_a_co_operative_of_their_own_and_staff_for_any(
    home, network, asker
):
    other = await network.cooperative(home, "La Scierie")
    async with home.member(asker) as people, home.client() as staff:
        mine = await people.post("/requests", json=body(asker))
        theirs = await people.post("/requests", json=body(other))
        for_them = await staff.post("/requests", json=body(other))
        seen_by_people = (await people.get("/requests")).json()["items"]
        seen_by_staff = (await staff.get("/requests")).json()["items"]
    assert (mine.status_code, theirs.status_code, for_them.status_code) == (201, 403, 201)
    assert mine.headers["Location"].endswith(mine.json()["id"])
    assert [one["id"] for one in seen_by_people] == [mine.json()["id"]]
    assert [one["id"] for one in seen_by_staff] == [for_them.json()["id"], mine.json()["id"]]


async def test_a_request_is_made_at_the_instance_of_the_co_operatives_own_union(
    home, neighbour, network, asker, helper
):
    async with home.client() as staff:
        for_foreigner = await staff.post("/requests", json=body(helper))
        for_nobody = await staff.post("/requests", json=body(uuid4()))
    for answer in (for_foreigner, for_nobody):
        assert answer.status_code == 422
        (error,) = answer.json()["errors"]
        assert error["field"] == "organisation_id"
        assert "union" in error["remedy"]


async def test_a_co_operative_that_left_asks_no_more_and_is_asked_no_more(
    home, neighbour, network, asker, helper, exchange
):
    from testkit.advice_service import FIGEAC, cooperative

    await exchange.ask()
    left = cooperative("Atelier de Figeac", FIGEAC, left="2026-01-31")
    await network.tell(neighbour, helper, left)
    async with home.client() as staff:
        address = f"/requests/{exchange.request}/invitations"
        asked = await staff.post(address, json={"organisations": [str(helper)]})
    assert asked.status_code == 422
    assert asked.json()["errors"][0]["field"] == "organisations.0"
    async with neighbour.client() as staff:
        assert (await staff.post("/requests", json=body(helper))).status_code == 422


@pytest.fixture
def anybody(home, network, asker):
    """Clients of everybody who has no business with the asker's requests."""

    async def clients():
        other = await network.cooperative(home, "La Scierie")
        return [
            home.member(other),
            home.member(),
            home.client(roles=["operator"]),
        ]

    return clients


async def test_a_request_and_its_answers_are_not_there_for_others(exchange, helper, anybody):
    await exchange.ask(helper)
    request = f"/requests/{exchange.request}"
    offer = f"{request}/offers/{exchange.invitations[str(helper)]}"
    for client in await anybody():
        async with client:
            answers = [
                await client.get(request),
                await client.get(f"{request}/neighbours"),
                await client.post(f"{request}/invitations", json={"organisations": [str(helper)]}),
                await client.post(f"{request}/close", json={"what_helped": "Rien"}),
                await client.post(f"{offer}/accept"),
                await client.post(f"{offer}/not-taken"),
            ]
        assert [one.status_code for one in answers] == [404] * 6
    assert (await exchange.read())["state"] == "open"


async def test_an_invitation_is_not_there_for_others(home, neighbour, network, helper, exchange):
    await exchange.ask(helper)
    await neighbour.hears_from(home)
    invitation = f"/invitations/{exchange.invitations[str(helper)]}"
    other = await network.cooperative(neighbour, "La Filature")
    for client in (
        neighbour.member(other),
        neighbour.client(roles=["operator"]),
    ):
        async with client:
            answers = [
                await client.get(invitation),
                await client.post(f"{invitation}/offer", json={"text": "Venez voir"}),
                await client.post(f"{invitation}/decline"),
                await client.post(f"{invitation}/withdraw"),
            ]
        assert [one.status_code for one in answers] == [404] * 4
    assert (await neighbour.shown_to(exchange.request, helper))["state"] == "invited"


async def test_staff_of_the_helpers_union_answer_for_it(home, neighbour, helper, exchange):
    await exchange.ask(helper)
    await neighbour.hears_from(home)
    address = f"/invitations/{exchange.invitations[str(helper)]}"
    async with neighbour.client() as staff:
        offered = await staff.post(f"{address}/offer", json={"text": "Venez voir"})
        listed = (await staff.get("/invitations?state=offered")).json()["items"]
        others = (await staff.get("/invitations?state=invited")).json()["items"]
    assert offered.json()["state"] == "offered"
    assert [one["id"] for one in listed] == [exchange.invitations[str(helper)]]
    assert others == []
    (shown,) = listed
    assert shown["request"]["owner"] == "auvergne"
    assert shown["request"]["organisation_name"] == "Imprimerie du Cantal"
    assert "invitations" not in shown["request"]


async def test_everybody_of_the_network_reads_what_is_asked_page_by_page(
    home, neighbour, asker, exchange
):
    asked = [(await exchange.ask(title=f"Question {number}"))["id"] for number in range(5)]
    await exchange.close()
    await neighbour.hears_from(home)
    read = []
    async with neighbour.client(roles=["member"]) as anyone:
        cursor = None
        while len(read) < 5:
            params = {"limit": 2, **({"cursor": cursor} if cursor else {})}
            page = (await anyone.get("/network-requests", params=params)).json()
            read += page["items"]
            cursor = page.get("next")
        closed = (await anyone.get("/network-requests?state=closed")).json()["items"]
    assert cursor is None
    assert [one["id"] for one in read] == asked[::-1]
    assert {one["owner"] for one in read} == {"auvergne"}
    assert [one["id"] for one in closed] == asked[-1:]
    async with home.client() as staff:
        own = (await staff.get("/network-requests")).json()["items"]
    assert own == read, "the owner and its followers read the same"


async def test_what_was_closed_long_ago_is_no_longer_on_the_board(home, exchange):
    await exchange.ask(title="Ancienne")
    await exchange.close()
    await exchange.ask(title="Ouverte")
    home.clock.advance(days=181)
    async with home.client() as staff:
        items = (await staff.get("/network-requests")).json()["items"]
    assert [one["title"] for one in items] == ["Ouverte"]


async def test_nobody_reads_anything_without_a_token(home):
    async with home.client() as client:
        client.headers.pop("Authorization")
        for address in ("/requests", "/invitations", "/network-requests", f"/requests/{uuid4()}"):
            assert (await client.get(address)).status_code == 401

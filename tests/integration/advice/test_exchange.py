"""A request from the first word to the last, between two instances."""


async def test_a_co_operative_asks_another_union_offers_and_both_are_introduced(
    home, neighbour, network, asker, helper, exchange
):
    await exchange.ask(helper, text="200 m², dès le printemps.", expertise=["locaux"])
    assert await exchange.state_of(helper) == "asked"

    await neighbour.hears_from(home)
    told = await neighbour.shown_to(exchange.request, helper)
    assert (told["side"], told["state"]) == ("helper", "invited")
    assert (told["title"], told["tell"]) == ("Nous cherchons des locaux", ["manager", "elected"])
    assert [one["name"] for one in told["counterparts"]] == ["Imprimerie du Cantal"]
    assert told["counterparts"][0]["contact"] is None

    offered = await exchange.offer(neighbour, helper)
    assert (offered.status_code, offered.json()["state"]) == (200, "offered")
    await home.hears_from(neighbour)
    shown = (await exchange.read())["invitations"][0]
    assert (shown["state"], shown["offer"]["text"]) == ("offered", "Nous avons de la place.")
    assert (await home.shown_to(exchange.request, asker))["state"] == "offered"

    accepted = (await exchange.decide(helper, "accept")).json()["invitations"][0]
    assert accepted["state"] == "accepted"
    assert accepted["contact"]["email"] == "contact@atelier-de-figeac.example"
    await neighbour.hears_from(home)
    mine = await home.shown_to(exchange.request, asker)
    theirs = await neighbour.shown_to(exchange.request, helper)
    assert mine["state"] == theirs["state"] == "introduced"
    assert mine["counterparts"][0]["contact"]["email"] == "contact@atelier-de-figeac.example"
    assert theirs["counterparts"][0]["contact"]["email"] == "contact@imprimerie-du-cantal.example"

    closed = await exchange.close(helped_by=[exchange.invitations[str(helper)]])
    assert (closed["state"], closed["invitations"][0]["has_helped"]) == ("closed", True)
    await neighbour.hears_from(home)
    assert (await home.shown_to(exchange.request, asker))["state"] == "closed"
    ended = await neighbour.shown_to(exchange.request, helper)
    assert (ended["state"], ended["counterparts"][0]["state"]) == ("closed", "introduced")
    async with neighbour.client(owner="elsewhere", roles=["member"]) as anyone:
        board = (await anyone.get("/network-requests")).json()["items"]
    assert [one["what_helped"] for one in board] == ["Un hangar à partager"]
    assert "invitations" not in board[0]

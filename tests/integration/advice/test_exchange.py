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
    async with neighbour.client(roles=["member"]) as anyone:
        board = (await anyone.get("/network-requests")).json()["items"]
    assert [one["what_helped"] for one in board] == ["Un hangar à partager"]
    assert "invitations" not in board[0]


async def test_within_one_instance_everything_is_there_at_once_and_no_offer_leaves_it(
    home, network, asker, exchange
):
    near = await network.cooperative(home, "Le Fournil")
    await exchange.ask(near)
    assert (await home.shown_to(exchange.request, near))["state"] == "invited"

    assert (await exchange.offer(home, near)).json()["state"] == "offered"
    assert await exchange.state_of(near) == "offered"
    assert (await home.shown_to(exchange.request, asker))["state"] == "offered"

    accepted = (await exchange.decide(near, "accept")).json()["invitations"][0]
    assert accepted["contact"]["email"] == "contact@le-fournil.example"
    theirs = await home.shown_to(exchange.request, near)
    assert theirs["state"] == "introduced"
    assert theirs["counterparts"][0]["contact"]["email"] == "contact@imprimerie-du-cantal.example"
    assert await home.said("offers") == await home.said("offer-answers") == {}

    await exchange.close()
    assert (await home.shown_to(exchange.request, near))["state"] == "closed"


async def test_a_decline_is_read_by_nobody_but_staff(
    home, neighbour, network, asker, helper, exchange
):
    near = await network.cooperative(home, "Le Fournil")
    await exchange.ask(helper, near)
    await neighbour.hears_from(home)
    before = [
        await one.fetch("SELECT * FROM published ORDER BY topic, subject")
        for one in (home, neighbour)
    ]

    for instance, organisation in ((neighbour, helper), (home, near)):
        declined = await exchange.reply(instance, organisation, "decline")
        assert declined.status_code == 200, declined.text
        again = await exchange.reply(instance, organisation, "decline")
        assert again.status_code == 200

    after = [
        await one.fetch("SELECT * FROM published ORDER BY topic, subject")
        for one in (home, neighbour)
    ]
    assert after == before
    assert "declin" not in str(after)
    assert await exchange.state_of(helper) == await exchange.state_of(near) == "asked"
    assert (await home.shown_to(exchange.request, asker))["counterparts"] == []
    for instance, organisation in ((neighbour, helper), (home, near)):
        address = f"/invitations/{exchange.invitations[str(organisation)]}"
        async with instance.member(organisation) as people, instance.client() as staff:
            assert (await people.get(address)).status_code == 404
            assert (await people.get("/invitations")).json()["items"] == []
            assert (await people.get("/invitations?state=declined")).json()["items"] == []
            assert (await staff.get(address)).json()["state"] == "declined"
            (listed,) = (await staff.get("/invitations?state=declined")).json()["items"]
            assert listed["organisation_id"] == str(organisation)


async def test_a_closed_request_looks_the_same_to_who_declined_and_who_kept_silent(
    home, network, exchange
):
    silent = await network.cooperative(home, "Le Fournil")
    declining = await network.cooperative(home, "La Scierie")
    await exchange.ask(silent, declining)
    await exchange.reply(home, declining, "decline")
    await exchange.close()
    shown = [await home.shown_to(exchange.request, one) for one in (silent, declining)]
    assert shown[0] == {
        **shown[1],
        "organisation_id": str(silent),
        "organisation_name": "Le Fournil",
    }
    async with home.member(silent) as people:
        assert [one["state"] for one in (await people.get("/invitations")).json()["items"]] == [
            "closed"
        ]


async def test_one_may_change_ones_mind_after_declining(home, neighbour, helper, exchange):
    await exchange.ask(helper)
    await neighbour.hears_from(home)
    await exchange.reply(neighbour, helper, "decline")
    assert (await exchange.offer(neighbour, helper)).json()["state"] == "offered"
    await home.hears_from(neighbour)
    assert await exchange.state_of(helper) == "offered"
    async with neighbour.member(helper) as people:
        assert len((await people.get("/invitations")).json()["items"]) == 1


async def test_an_offer_is_withdrawn_until_both_are_introduced(home, neighbour, helper, exchange):
    await exchange.ask(helper)
    await neighbour.hears_from(home)
    await exchange.offer(neighbour, helper)
    await home.hears_from(neighbour)
    withdrawn = await exchange.reply(neighbour, helper, "withdraw")
    assert (withdrawn.json()["state"], withdrawn.json()["offer"]) == ("withdrawn", None)
    assert (await exchange.reply(neighbour, helper, "withdraw")).status_code == 200
    await home.hears_from(neighbour)
    assert await exchange.state_of(helper) == "withdrawn"
    refused = await exchange.decide(helper, "accept")
    assert refused.status_code == 409
    assert "Atelier de Figeac has withdrawn" in refused.json()["detail"]

    await exchange.offer(neighbour, helper, "Finalement oui")
    await home.hears_from(neighbour)
    assert (await exchange.decide(helper, "accept")).status_code == 200
    await neighbour.hears_from(home)
    late = await exchange.reply(neighbour, helper, "withdraw")
    assert late.status_code == 409
    assert "talk to each other" in late.json()["detail"]


async def test_an_acceptance_that_crosses_a_withdrawal_introduces_nobody(
    home, neighbour, asker, helper, exchange
):
    await exchange.ask(helper)
    await neighbour.hears_from(home)
    await exchange.offer(neighbour, helper)
    await home.hears_from(neighbour)
    await exchange.reply(neighbour, helper, "withdraw")
    await exchange.decide(helper, "accept")
    await neighbour.hears_from(home)
    await home.hears_from(neighbour)
    assert await exchange.state_of(helper) == "withdrawn"
    mine = await home.shown_to(exchange.request, asker)
    theirs = await neighbour.shown_to(exchange.request, helper)
    assert (mine["state"], theirs["state"]) == ("asked", "withdrawn")
    assert "contact@" not in str([mine, theirs])


async def test_an_offer_that_comes_after_the_end_is_answered(home, neighbour, helper, exchange):
    await exchange.ask(helper)
    await neighbour.hears_from(home)
    await exchange.offer(neighbour, helper)
    await exchange.close()
    await home.hears_from(neighbour)
    assert await exchange.state_of(helper) == "not-taken"
    await neighbour.hears_from(home)
    assert (await neighbour.shown_to(exchange.request, helper))["state"] == "not-taken"
    for word, body in (("offer", {"text": "Encore"}), ("withdraw", None), ("decline", None)):
        late = await exchange.reply(neighbour, helper, word, body)
        assert late.status_code == 409, late.text


async def test_who_withdrew_offers_no_more_once_the_request_is_closed(
    home, neighbour, helper, exchange
):
    await exchange.ask(helper)
    await neighbour.hears_from(home)
    await exchange.offer(neighbour, helper)
    await exchange.reply(neighbour, helper, "withdraw")
    await exchange.close()
    await neighbour.hears_from(home)
    late = await exchange.offer(neighbour, helper)
    assert late.status_code == 409
    assert "closed" in late.json()["detail"]
    assert (await neighbour.shown_to(exchange.request, helper))["state"] == "withdrawn"


async def test_an_offer_that_is_not_taken_ends_there(home, neighbour, helper, exchange):
    await exchange.ask(helper)
    await neighbour.hears_from(home)
    await exchange.offer(neighbour, helper)
    await home.hears_from(neighbour)
    assert (await exchange.decide(helper, "not-taken")).status_code == 200
    assert (await exchange.decide(helper, "not-taken")).status_code == 200
    assert (await exchange.decide(helper, "accept")).status_code == 409
    await neighbour.hears_from(home)
    assert (await neighbour.shown_to(exchange.request, helper))["state"] == "not-taken"
    assert (await exchange.offer(neighbour, helper)).status_code == 409


async def test_a_closed_request_asks_nobody_and_is_not_closed_twice(home, helper, exchange):
    await exchange.ask()
    await exchange.close("Rien")
    async with home.member(exchange.asker) as people:
        body = {"organisations": [str(helper)]}
        asked = await people.post(f"/requests/{exchange.request}/invitations", json=body)
        closed = await people.post(
            f"/requests/{exchange.request}/close", json={"what_helped": "Autre chose"}
        )
    assert (asked.status_code, closed.status_code) == (409, 409)


async def test_nothing_is_accepted_of_who_offered_nothing(exchange, helper):
    await exchange.ask(helper)
    refused = await exchange.decide(helper, "accept")
    assert refused.status_code == 409
    assert "Atelier de Figeac has offered nothing" in refused.json()["detail"]


async def test_a_repeated_command_with_its_key_has_one_effect(home, helper, exchange):
    body = {"organisation_id": str(exchange.asker), "title": "Des locaux"}
    async with home.member(exchange.asker) as people:
        key = {"Idempotency-Key": "once"}
        answers = [await people.post("/requests", json=body, headers=key) for _ in range(2)]
        exchange.request = answers[0].json()["id"]
        listed = (await people.get("/requests")).json()["items"]
    assert answers[0].json() == answers[1].json()
    assert [one["id"] for one in listed] == [exchange.request]
    first, second = await exchange.invite(helper), await exchange.invite(helper)
    assert first == second


async def test_an_introduction_waits_for_the_contact_that_it_needs(
    home, neighbour, network, asker, helper, exchange
):
    """The request overtakes what the asker's directory publishes."""
    stranger = await network.cooperative(home, "La Scierie")
    exchange.asker = stranger
    async with neighbour.db.transaction() as tx:
        await tx.execute("DELETE FROM known_organisations WHERE id = $1", stranger)
    await exchange.ask(helper)
    await neighbour.hears_from(home)
    await exchange.offer(neighbour, helper)
    await home.hears_from(neighbour)
    await exchange.decide(helper, "accept")
    await neighbour.hears_from(home)
    assert neighbour.consumer.waits
    assert (await neighbour.shown_to(exchange.request, helper))["state"] == "offered"

    from testkit.advice_service import cooperative

    await network.tell(home, stranger, cooperative("La Scierie"), neighbour)
    theirs = await neighbour.shown_to(exchange.request, helper)
    assert theirs["state"] == "introduced"
    assert theirs["counterparts"][0]["contact"]["email"] == "contact@la-scierie.example"


async def test_the_asker_is_told_when_a_contact_is_not_known_here(
    home, neighbour, helper, exchange
):
    from intercoop_advice.cooperatives import projections

    await exchange.ask(helper)
    await neighbour.hears_from(home)
    await exchange.offer(neighbour, helper)
    await home.hears_from(neighbour)
    async with home.db.transaction() as tx:
        await projections.forget_organisations("midi-pyrenees", tx)
    refused = await exchange.decide(helper, "accept")
    assert refused.status_code == 409
    assert "midi-pyrenees" in refused.json()["detail"]
    assert await exchange.state_of(helper) == "offered"

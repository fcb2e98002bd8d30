"""Whom a request might ask: found in SQL, ranked, with the reasons for each."""

from uuid import uuid4

import pytest

from intercoop_contracts.directory import Kind
from testkit.advice_service import ARPAJON, AURILLAC, FIGEAC, LILLE, cooperative


@pytest.fixture
def neighbours(home, asker, exchange):
    async def found(limit=8, **fields):
        if not exchange.request:
            await exchange.ask(**fields)
        page = await exchange.at_home(
            "GET", f"/requests/{exchange.request}/neighbours?limit={limit}"
        )
        return page["items"]

    return found


def said(items):
    return {one["name"]: [reason["fr"] for reason in one["reasons"]] for one in items}


async def test_neighbours_of_every_union_come_with_their_reasons(
    home, neighbour, network, helper, neighbours
):
    await network.cooperative(home, "Le Fournil", ARPAJON, trade="10.71C")
    await network.cooperative(neighbour, "Imprimerie du Nord", LILLE, trade="18.12Z")
    await network.cooperative(neighbour, "Reliure du Nord", LILLE, trade="18.14Z")
    await network.cooperative(neighbour, "Bureau du Nord", LILLE, expertise=("Locaux",))
    await network.cooperative(neighbour, "Loin de tout", LILLE, trade="62.01Z")
    items = await neighbours(expertise=["locaux"])
    assert said(items) == {
        "Le Fournil": ["à 3 km", "même intercommunalité"],
        "Bureau du Nord": ["à 636 km", "propose : Locaux"],
        "Imprimerie du Nord": ["à 636 km", "même métier"],
        "Atelier de Figeac": ["à 48 km"],
        "Reliure du Nord": ["à 636 km", "métier proche"],
    }
    assert [one["name"] for one in items] == list(said(items))
    assert {one["name"]: one["owner"] for one in items}["Le Fournil"] == "auvergne"
    figeac = next(one for one in items if one["name"] == "Atelier de Figeac")
    assert (figeac["organisation_id"], figeac["owner"]) == (str(helper), "midi-pyrenees")
    assert (figeac["commune"], figeac["departement"], figeac["distance_km"]) == (
        "Figeac",
        "46",
        47.8,
    )


async def test_the_asker_unions_projects_and_who_left_are_nobodys_neighbours(
    home, neighbour, network, neighbours
):
    await network.cooperative(home, "URSCOP", kind=Kind.UNION)
    await network.cooperative(home, "Projet", kind=Kind.PROJECT)
    await network.cooperative(home, "Partie", left="2025-06-30")
    ended = await network.cooperative(home, "Dissoute")
    await network.tell(home, ended, gone())
    assert await neighbours() == []


def gone():
    from intercoop_contracts.streams import End, Ended

    return Ended(ended=End(reason="withdrawn"))


async def test_who_is_asked_already_is_left_out_and_counts_as_asked_for_others(
    home, neighbour, network, helper, neighbours, exchange
):
    await neighbours()
    await exchange.invite(helper)
    assert await neighbours() == []
    await exchange.ask()
    assert said(await neighbours()) == {
        "Atelier de Figeac": ["à 48 km", "déjà sollicitée 1 fois depuis 90 jours"]
    }
    await exchange.invite(helper)
    await neighbour.hears_from(home)

    elsewhere = await network.cooperative(neighbour, "La Filature", FIGEAC)
    async with neighbour.member(elsewhere) as people:
        body = {"organisation_id": str(elsewhere), "title": "Une question"}
        request = (await people.post("/requests", json=body)).json()["id"]
        items = (await people.get(f"/requests/{request}/neighbours")).json()["items"]
        assert said(items)["Atelier de Figeac"] == [
            "à moins d'un kilomètre",
            "même intercommunalité",
            "déjà sollicitée 1 fois depuis 90 jours",
        ]
        neighbour.clock.advance(days=91)
        items = (await people.get(f"/requests/{request}/neighbours")).json()["items"]
        assert said(items)["Atelier de Figeac"] == [
            "à moins d'un kilomètre",
            "même intercommunalité",
        ]


async def test_an_asker_without_a_place_is_shown_who_knows_the_trade(
    home, neighbour, network, exchange, neighbours
):
    exchange.asker = await network.cooperative(home, "Sans adresse", None, trade="43.32A")
    await network.cooperative(neighbour, "Menuiserie", LILLE, trade="43.32A")
    await network.cooperative(home, "Le Fournil", AURILLAC, trade="10.71C")
    (only,) = await neighbours()
    assert (only["name"], only["distance_km"]) == ("Menuiserie", None)


async def test_among_thousands_the_best_are_found_and_no_more_than_asked(
    home, neighbour, network, helper, neighbours
):
    rows = [
        (
            "midi-pyrenees",
            uuid4(),
            home.clock(),
            cooperative(
                f"Scop {number}",
                AURILLAC.model_copy(update={"lat": 42 + number / 800, "epci": f"{number:09}"}),
            ).model_dump_json(),
        )
        for number in range(4000)
    ]
    async with home.db.transaction() as tx:
        await tx.execute_many(
            "INSERT INTO known_organisations (owner, id, as_of, record, tags)"
            " VALUES ($1, $2, $3, $4::text::jsonb, '{}')",
            rows,
        )
    items = await neighbours(limit=50)
    assert len(items) == 50
    distances = [one["distance_km"] for one in items]
    assert distances == sorted(distances)
    assert distances[-1] < 5


async def test_only_the_limits_that_make_sense_are_taken(exchange):
    await exchange.ask()
    async with exchange.home.client() as staff:
        for limit in ("0", "51", "x"):
            address = f"/requests/{exchange.request}/neighbours?limit={limit}"
            assert (await staff.get(address)).status_code == 422

"""However much one owner publishes, searches read little, and everybody's organisations are found."""

from datetime import date

import httpx
import pytest

from intercoop_contracts.directory import LinkKind, LinkView
from intercoop_directory.organisations.store.asked import Question
from intercoop_directory.organisations.store.facets import count_by_facet
from intercoop_directory.organisations.store.filters import OrganisationFilters
from intercoop_directory.organisations.store.suggestions import suggest
from testkit.directory_service import DirectoryService
from testkit.rows_read import rows_read
from testkit.said import said

MANY = 1200


@pytest.fixture
async def flooded(home: DirectoryService, staff: httpx.AsyncClient) -> DirectoryService:
    """Three of ours among very many of another owner that has the same word in every name."""
    await home.hears(
        [said("flood", name=f"Menuiserie {number:04d}", siren=None) for number in range(MANY)]
    )
    for name in ("Menuiserie Zélie", "Atelier Menuiserie", "Zinc"):
        assert (await staff.post("/organisations", json={"name": name})).status_code == 201
    async with home.db.transaction() as tx:
        await tx.execute("ANALYZE known_organisations")
    return home


async def names(client: httpx.AsyncClient, address: str, **params: str) -> list[str]:
    answer = await client.get(address, params=params)
    assert answer.status_code == 200, answer.text
    return [one["name"] for one in answer.json()["items"]]


async def test_nobody_crowds_others_out_of_what_is_found(
    flooded: DirectoryService, member: httpx.AsyncClient
) -> None:
    found = await names(member, "/organisations/search", q="menuiserie", limit="500")

    assert {"Menuiserie Zélie", "Atelier Menuiserie"} <= set(found)
    assert "Zinc" not in found


async def test_nobody_crowds_others_out_of_suggestions(
    flooded: DirectoryService, member: httpx.AsyncClient
) -> None:
    assert "Menuiserie Zélie" in await names(member, "/organisations/suggestions", q="menui")


async def test_who_is_looked_for_by_name_is_found_among_very_many(
    flooded: DirectoryService, member: httpx.AsyncClient
) -> None:
    assert await names(member, "/organisations/search", q="menuiserie zelie") == [
        "Menuiserie Zélie"
    ]
    assert (await names(member, "/organisations/search", q="menuiserie 0815"))[0] == (
        "Menuiserie 0815"
    )


async def test_a_suggestion_reads_a_few_rows_of_each_owner(flooded: DirectoryService) -> None:
    async with flooded.db.read() as tx:
        before = await rows_read(tx)
        found = await suggest("menuiserie z", 8, tx)
        read = await rows_read(tx) - before

    assert [one.name for one in found] == ["Menuiserie Zélie"]
    assert read <= 100


async def test_facets_are_counted_once_for_all_who_ask_until_something_changes(
    flooded: DirectoryService,
) -> None:
    question = Question(OrganisationFilters(on=date(2026, 3, 1)))
    counted, read = [], []
    for _ in range(3):
        async with flooded.db.read() as tx:
            before = await rows_read(tx)
            counted.append((await count_by_facet(question, tx)).total)
            read.append(await rows_read(tx) - before)
        if len(counted) == 2:
            await flooded.hears([said("auvergne", name="Nouvelle", siren=None)])

    assert counted == [MANY + 3, MANY + 3, MANY + 4]
    assert read[0] >= MANY
    assert read[1] <= 20
    assert read[2] >= MANY


async def test_what_is_written_comes_before_what_is_like_it(
    home: DirectoryService, member: httpx.AsyncClient
) -> None:
    await home.hears(
        [said("auvergne", name=name) for name in ("Boulangerie", "Boulengerie", "Boulangerie Pic")]
    )

    found = await names(member, "/organisations/search", q="boulangerie")

    assert found == ["Boulangerie", "Boulangerie Pic", "Boulengerie"]


async def test_memberships_are_found_on_their_days_however_many_there_were(
    home: DirectoryService, member: httpx.AsyncClient
) -> None:
    unions = [
        LinkView(
            kind=LinkKind.UNION,
            owner=f"union-{year}",
            since=date(year, 1, 1),
            until=date(year + 1, 1, 1),
        )
        for year in range(2010, 2016)
    ]
    now = LinkView(kind=LinkKind.FEDERATION, owner="scop-btp", since=date(2012, 1, 1))
    await home.hears([said("auvergne", name="Nomade", links=(*unions, now), siren=None)])

    for params, found in [
        ({"member_of": "scop-btp"}, ["Nomade"]),
        ({"member_of": "union-2015", "on": "2015-12-31"}, ["Nomade"]),
        ({"member_of": "union-2015", "on": "2016-01-01"}, []),
        ({"member_of": "union-2014", "on": "2014-01-01"}, ["Nomade"]),
    ]:
        assert await names(member, "/organisations", **params) == found, params


async def test_a_page_goes_on_behind_those_of_one_rank(
    flooded: DirectoryService, member: httpx.AsyncClient
) -> None:
    everything = await names(member, "/organisations/search", q="menuiserie", limit="500")

    paged: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        params = {"q": "menuiserie", "limit": "7", **cursor}
        page = (await member.get("/organisations/search", params=params)).json()
        paged += [one["name"] for one in page["items"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}

    assert paged == everything

"""Nobody's directory costs more because of how much another owner says, or how often."""

from datetime import date
from uuid import uuid4

import httpx
import pytest

from intercoop_chassis.postgres import PAGE_BYTES
from intercoop_chassis.subscribers import Change
from intercoop_contracts.directory import (
    CommuneView,
    LinkKind,
    LinkView,
    OrganisationView,
)
from intercoop_directory.organisations import projections
from intercoop_directory.organisations.store import known, search
from intercoop_directory.organisations.store.asked import AskedWords
from intercoop_directory.organisations.store.filters import OrganisationFilters
from testkit.directory_service import DirectoryService
from testkit.rows_read import rows_read
from testkit.said import said

TODAY = OrganisationFilters(on=date(2026, 1, 5))
SIREN = "552032534"
CLEF = "\U0001d11e"
TOULOUSE = CommuneView(code="31555", name="Toulouse", departement="31", lat=43.6, lon=1.44)
SEARCHED = """
SELECT octet_length(words) AS words, octet_length(sort_name) AS name, tags::text
FROM network_organisations
"""


def widest(count: int) -> list[Change[OrganisationView]]:
    """Organisations that are as large as any may be; their names begin with a number."""
    longest = tuple(f"{number:02d}" + CLEF * 78 for number in range(50))
    links = [
        LinkView(kind=LinkKind.FEDERATION, owner="a" * 63, since=date(1900, 1, 1))
        for _ in range(50)
    ]
    return [
        said(
            "auvergne",
            name=f"{number:03d} atelier " + CLEF * 188,
            expertise=longest,
            links=tuple(links),
            commune=TOULOUSE,
        )
        for number in range(count)
    ]


def tags(count: int, length: int) -> tuple[str, ...]:
    """Tags that nothing makes shorter, each of its own letters."""
    return tuple(
        f"{number:05d}{uuid4().hex * (length // 32 + 1)}"[:length] for number in range(count)
    )


async def read_through(client: httpx.AsyncClient, address: str, **params: str) -> list[list[str]]:
    """The names on each page, and that no page has much more bytes than it may."""
    pages, cursor = [], None
    while True:
        asked = {"limit": "500", **params, **({"cursor": cursor} if cursor else {})}
        answer = await client.get(address, params=asked)
        assert answer.status_code == 200, answer.text
        assert len(answer.content) < 1.5 * PAGE_BYTES
        pages.append([one["name"] for one in answer.json()["items"]])
        cursor = answer.json()["next"]
        if cursor is None:
            return pages


@pytest.mark.parametrize(
    ("address", "params"),
    [("/organisations", {}), ("/organisations/search", {"q": "atelier"})],
    ids=["list", "search"],
)
async def test_pages_of_large_organisations_end_early_and_none_is_left_out(
    home: DirectoryService, member: httpx.AsyncClient, address: str, params: dict[str, str]
) -> None:
    await home.hears(widest(120))

    pages = await read_through(member, address, **params)

    assert len(pages) > 1
    async with home.db.read() as tx:
        listed = await known.list_known(TODAY, None, 501, tx)
        found = await search.search_known(AskedWords(("atelier",)), TODAY, None, 501, tx)
    assert len(listed) == len(found) == len(pages[0]) + 1
    assert sorted(name for page in pages for name in page) == [
        f"{number:03d} atelier " + CLEF * 188 for number in range(120)
    ]


async def test_after_a_long_name_there_is_a_next_page(
    home: DirectoryService, member: httpx.AsyncClient
) -> None:
    longest = [said("auvergne", name=CLEF * 199 + letter) for letter in "ab"]
    await home.hears(longest)

    pages = await read_through(member, "/organisations", limit="1")

    assert [len(page) for page in pages] == [1, 1]


async def test_those_around_a_place_are_as_many_as_a_page_holds(
    home: DirectoryService, member: httpx.AsyncClient
) -> None:
    await home.hears(widest(120))

    answer = await member.get(
        "/organisations/nearest", params={"lat": 43.6, "lon": 1.44, "limit": 200}
    )

    assert 1 <= len(answer.json()["items"]) < 120
    assert len(answer.content) < 1.5 * PAGE_BYTES


async def test_what_is_searched_of_an_organisation_is_bounded_and_its_name_and_tags_are_found(
    home: DirectoryService, member: httpx.AsyncClient
) -> None:
    many = tags(50, 80)
    longest = said("auvergne", name="Menuiserie " + CLEF * 189, expertise=tags(50, 80))
    usual = said("auvergne", name="Fournil", expertise=many)

    await home.hears([longest, usual])

    async with home.db.read() as tx:
        rows = await tx.fetch(SEARCHED)
    assert [row["words"] for row in rows if row["words"] > 2_400] == []
    assert [row["name"] for row in rows if row["name"] > 1_600] == []
    assert [len(row["tags"]) for row in rows if len(row["tags"]) > 10_000] == []
    found = await member.get("/organisations/search", params={"q": "menuizerie"})
    assert [one["name"][:10] for one in found.json()["items"]] == ["Menuiserie"]
    found = await member.get("/organisations", params={"expertise": many[49]})
    assert [one["name"] for one in found.json()["items"]] == ["Fournil"]


@pytest.mark.parametrize("holders", [3, 3000])
async def test_a_siren_that_another_owner_publishes_often_costs_a_page_what_one_does(
    home: DirectoryService, staff: httpx.AsyncClient, holders: int
) -> None:
    ours = (await staff.post("/organisations", json={"name": "A", "siren": SIREN})).json()
    await home.hears([said("auvergne", siren=SIREN) for _ in range(holders)])
    async with home.db.transaction() as tx:
        await tx.execute("ANALYZE known_organisations")

    async with home.db.read() as tx:
        before = await rows_read(tx)
        page = await known.list_known(TODAY, None, 4, tx)
        read = await rows_read(tx) - before

    assert read <= 100
    assert [known.siren_conflict_with for _, known in page] == [("auvergne",)] + 3 * [
        ("midi-pyrenees",)
    ]
    changed = await staff.put(
        f"/organisations/{ours['id']}",
        json={"name": "B", "siren": SIREN},
        headers={"If-Match": '"1"'},
    )
    assert changed.status_code == 200


async def test_of_many_owners_with_a_siren_five_are_named(
    home: DirectoryService, staff: httpx.AsyncClient
) -> None:
    shown = (await staff.post("/organisations", json={"name": "A", "siren": SIREN})).json()
    others = [f"owner-{number}" for number in range(7)]
    await home.hears([said(owner, siren=SIREN) for owner in others[:5]])
    five = (await staff.get(f"/organisations/{shown['id']}")).json()
    await home.hears([said(owner, siren=SIREN) for owner in others[5:]])

    seven = (await staff.get(f"/organisations/{shown['id']}")).json()

    assert shown["more_siren_conflicts"] is five["more_siren_conflicts"] is False
    assert five["siren_conflict_with"] == seven["siren_conflict_with"] == others[:5]
    assert seven["more_siren_conflicts"] is True


async def test_an_import_reads_one_holder_of_a_siren_however_many_there_are(
    home: DirectoryService, staff: httpx.AsyncClient
) -> None:
    await home.hears([said("auvergne", siren=SIREN) for _ in range(2000)])
    async with home.db.read() as tx:
        before = await rows_read(tx)
        holders = await projections.holders_of([SIREN, "000000001"], tx)
        read = await rows_read(tx) - before

    assert holders == {SIREN: "auvergne"}
    assert read <= 5

import math

import httpx
import pytest

from intercoop_contracts.streams import End, Ended
from intercoop_directory.imports.domain.writing import BOM
from testkit.directory_service import DirectoryService

SHEET = """\
Raison sociale;Sigle;Statut;Forme;NAF;Code commune;Expertise;Union;Date d'adhésion
Menuiserie de l'Étoile;;Scop;SARL;43.32A;31555;locaux, reprise;midi-pyrenees;2012-03-01
L'Œuf à la Coque;OAC;Scic;SAS;56.10A;31555;;;2014-05-02
Imprimerie du Cantal;;Scop;SA;18.12Z;15014;Locaux;auvergne;2010-01-01
Bâtisseurs Associés;;Scop;SARL;43.99C;12202;;;2011-01-01
Zinc et Cie;;Autre;;43.91B;63113;;;2011-01-01
Île Bourbon Services;;Scop;SARL;81.21Z;97411;;;2011-01-01
"""


@pytest.fixture
async def filled(home: DirectoryService, staff: httpx.AsyncClient) -> DirectoryService:
    answer = await staff.post(
        "/organisations/import", content=SHEET, headers={"Content-Type": "text/csv"}
    )
    assert answer.json()["created"] == 6, answer.text
    return home


async def names(client: httpx.AsyncClient, address: str, **params: object) -> list[str]:
    answer = await client.get(address, params={key: str(one) for key, one in params.items()})
    assert answer.status_code == 200, answer.text
    return [one["name"] for one in answer.json()["items"]]


@pytest.mark.usefixtures("filled")
async def test_the_list_is_in_the_order_of_names_and_paged(member: httpx.AsyncClient) -> None:
    everything = await names(member, "/organisations")
    assert everything == [
        "Bâtisseurs Associés",
        "Île Bourbon Services",
        "Imprimerie du Cantal",
        "L'Œuf à la Coque",
        "Menuiserie de l'Étoile",
        "Zinc et Cie",
    ]

    paged, cursor = [], None
    while True:
        params = {"limit": "4", **({"cursor": cursor} if cursor else {})}
        page = (await member.get("/organisations", params=params)).json()
        paged += [one["name"] for one in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert paged == everything


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"departement": "31"}, ["L'Œuf à la Coque", "Menuiserie de l'Étoile"]),
        ({"departement": "haute garonne"}, ["L'Œuf à la Coque", "Menuiserie de l'Étoile"]),
        ({"departement": "La Réunion"}, ["Île Bourbon Services"]),
        ({"statute": "scic"}, ["L'Œuf à la Coque"]),
        ({"trade": "43.9"}, ["Bâtisseurs Associés", "Zinc et Cie"]),
        ({"expertise": "LOCAUX"}, ["Imprimerie du Cantal", "Menuiserie de l'Étoile"]),
        ({"expertise": "locaux", "departement": "15"}, ["Imprimerie du Cantal"]),
        ({"member_of": "auvergne"}, ["Imprimerie du Cantal"]),
        ({"member_of": "auvergne", "on": "2009-12-31"}, []),
        ({"owner": "auvergne"}, []),
        ({"kind": "project"}, []),
    ],
)
async def test_the_list_is_narrowed(
    member: httpx.AsyncClient, filters: dict[str, str], found: list[str]
) -> None:
    assert await names(member, "/organisations", **filters) == found


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("query", "best"),
    [
        ("menuiserie etoile", "Menuiserie de l'Étoile"),
        ("MENUIZERIE", "Menuiserie de l'Étoile"),
        ("toulous menuiserie", "Menuiserie de l'Étoile"),
        ("oeuf", "L'Œuf à la Coque"),
        ("oac", "L'Œuf à la Coque"),
        ("aurilac", "Imprimerie du Cantal"),
        ("batiseur", "Bâtisseurs Associés"),
        ("locau aurillac", "Imprimerie du Cantal"),
        ("ile bourbon", "Île Bourbon Services"),
    ],
)
async def test_accents_and_small_typos_are_forgiven(
    member: httpx.AsyncClient, query: str, best: str
) -> None:
    assert (await names(member, "/organisations/search", q=query))[0] == best


@pytest.mark.usefixtures("filled")
async def test_what_is_not_there_is_not_found(member: httpx.AsyncClient) -> None:
    assert await names(member, "/organisations/search", q="boulangerie") == []
    assert await names(member, "/organisations/search", q="menuiserie aurillac") == []
    assert (await member.get("/organisations/search", params={"q": "!?"})).status_code == 422


async def test_search_finds_a_siren_however_it_is_written(staff: httpx.AsyncClient) -> None:
    await staff.post("/organisations", json={"name": "Atelier", "siren": "552032534"})

    assert await names(staff, "/organisations/search", q="552 032 534") == ["Atelier"]


@pytest.mark.usefixtures("filled")
async def test_what_is_found_is_paged_without_gaps(member: httpx.AsyncClient) -> None:
    everything = await names(member, "/organisations/search", q="e", limit=500)

    paged, cursor = [], None
    for _ in everything:
        params = {"q": "e", "limit": "1", **({"cursor": cursor} if cursor else {})}
        page = (await member.get("/organisations/search", params=params)).json()
        paged += [one["name"] for one in page["items"]]
        cursor = page["next"]

    assert (paged, cursor) == (everything, None)


@pytest.mark.usefixtures("filled")
async def test_the_nearest_come_first_with_great_circle_distances(
    member: httpx.AsyncClient,
) -> None:
    rodez = (44.35, 2.57)

    answer = await member.get(
        "/organisations/nearest",
        params={"lat": rodez[0], "lon": rodez[1], "radius_km": 150},
    )

    items = answer.json()["items"]
    assert [one["name"] for one in items][:2] == ["Bâtisseurs Associés", "Imprimerie du Cantal"]
    for one in items:
        expected = haversine_km(rodez, (one["commune"]["lat"], one["commune"]["lon"]))
        assert one["distance_km"] == pytest.approx(expected, abs=0.01)
    assert all(one["distance_km"] <= 150 for one in items)


@pytest.mark.usefixtures("filled")
async def test_half_the_globe_away_is_a_distance_too(member: httpx.AsyncClient) -> None:
    answer = await member.get(
        "/organisations/nearest", params={"commune": "97411", "radius_km": 20000}
    )

    items = answer.json()["items"]
    assert items[0]["name"] == "Île Bourbon Services"
    assert len(items) == 6
    assert items[-1]["distance_km"] > 9000


@pytest.mark.usefixtures("filled")
async def test_the_neighbours_of_an_organisation_leave_it_out(member: httpx.AsyncClient) -> None:
    [imprimerie] = (await member.get("/organisations", params={"departement": "15"})).json()[
        "items"
    ]

    found = await names(
        member, "/organisations/nearest", organisation=imprimerie["id"], radius_km=120
    )

    assert found == ["Bâtisseurs Associés", "Zinc et Cie"]


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"lat": "43"},
        {"lat": "43", "lon": "1", "commune": "31555"},
        {"lat": "nan", "lon": "1"},
        {"lat": "91", "lon": "1"},
        {"commune": "15031"},
        {"commune": "99999"},
        {"organisation": "01920f5e-5a6b-7c3d-8e9f-0a1b2c3d4e5f"},
        {"lat": "43", "lon": "1", "radius_km": "inf"},
        {"lat": "43", "lon": "1", "radius_km": "5e-324"},
    ],
)
async def test_a_question_without_one_place_is_refused(
    member: httpx.AsyncClient, params: dict[str, str]
) -> None:
    answer = await member.get("/organisations/nearest", params=params)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["remedy"]


@pytest.mark.usefixtures("filled")
async def test_an_export_can_be_imported_and_changes_nothing(
    filled: DirectoryService, staff: httpx.AsyncClient
) -> None:
    before = await filled.versions()

    exported = await staff.get("/organisations/export")
    answer = await staff.post(
        "/organisations/import", content=exported.content, headers={"Content-Type": "text/csv"}
    )

    assert exported.headers["content-type"].startswith("text/csv")
    assert exported.text.startswith(BOM + "Identifiant;Instance;Raison sociale;")
    assert answer.json()["unchanged"] == 6, answer.text
    assert answer.json()["errors"] == []
    assert await filled.versions() == before


async def test_no_cell_of_an_export_is_a_formula(staff: httpx.AsyncClient) -> None:
    name = '=HYPERLINK("http://evil.example")'
    await staff.post("/organisations", json={"name": name, "contact": {"phone": "+33 561000000"}})

    exported = await staff.get("/organisations/export")
    again = await staff.post(
        "/organisations/import", content=exported.content, headers={"Content-Type": "text/csv"}
    )

    line = exported.text.splitlines()[1]
    assert "'=HYPERLINK" in line
    assert ";'+33 561000000;" in line
    assert again.json()["unchanged"] == 1


async def test_others_rows_of_an_export_stay_theirs(
    home: DirectoryService, neighbour: DirectoryService, staff: httpx.AsyncClient
) -> None:
    async with neighbour.client() as theirs:
        await theirs.post("/organisations", json={"name": "Chez le voisin"})
    await home.hears(await neighbour.published())

    exported = await staff.get("/organisations/export")
    answer = await staff.post(
        "/organisations/import", content=exported.content, headers={"Content-Type": "text/csv"}
    )

    [error] = answer.json()["errors"]
    assert (error["column"], error["value"]) == ("Instance", "auvergne")


async def test_a_long_export_is_whole(staff: httpx.AsyncClient) -> None:
    rows = "".join(f"Coopérative {number}\n" for number in range(1203))
    await staff.post(
        "/organisations/import",
        content=f"Raison sociale\n{rows}",
        headers={"Content-Type": "text/csv"},
    )

    exported = await staff.get("/organisations/export")

    assert len(set(exported.text.splitlines())) == 1204


async def test_what_ended_elsewhere_is_gone_here(
    home: DirectoryService, neighbour: DirectoryService
) -> None:
    async with neighbour.client() as theirs, home.client() as staff:
        shown = (await theirs.post("/organisations", json={"name": "Passagère"})).json()
        [told] = await neighbour.published()
        await home.hears([told])
        assert (await staff.get(f"/organisations/{shown['id']}")).status_code == 200

        await home.hears([told._replace(after=Ended(ended=End(reason="withdrawn")))])

        assert (await staff.get(f"/organisations/{shown['id']}")).status_code == 404


def haversine_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    (lat, lon), (to_lat, to_lon) = (tuple(map(math.radians, place)) for place in (one, other))
    half = (
        math.sin((to_lat - lat) / 2) ** 2
        + math.cos(lat) * math.cos(to_lat) * math.sin((to_lon - lon) / 2) ** 2
    )
    return 2 * 6371.0088 * math.asin(math.sqrt(half))


async def test_a_position_that_is_nearly_nothing_is_one(member: httpx.AsyncClient) -> None:
    answer = await member.get("/organisations/nearest", params={"lat": "5e-324", "lon": "-1e-300"})

    assert answer.json()["items"] == []

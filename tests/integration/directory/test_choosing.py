"""Organisations are suggested while somebody types, and counted by what a list is narrowed to."""

import httpx
import pytest

from testkit.directory_service import DirectoryService

SHEET = """\
Raison sociale;Sigle;SIREN;Statut;NAF;Code commune;Union;Date d'adhésion
Menuiserie de l'Étoile;;552032534;Scop;43.32A;31555;midi-pyrenees;2012-03-01
Menuiserie du Cantal;MDC;;Scop;43.32A;15014;auvergne;2010-01-01
L'Œuf à la Coque;OAC;;Scic;56.10A;31555;;2014-05-02
Saint-Étienne Bois;;;Scop;16.10A;15014;auvergne;2011-01-01
Заря;;;Autre;;12202;;2011-01-01
"""
ETOILE, CANTAL, OEUF = "Menuiserie de l'Étoile", "Menuiserie du Cantal", "L'Œuf à la Coque"
BOIS, ZARIA = "Saint-Étienne Bois", "Заря"


@pytest.fixture
async def filled(home: DirectoryService, staff: httpx.AsyncClient) -> DirectoryService:
    answer = await staff.post(
        "/organisations/import", content=SHEET, headers={"Content-Type": "text/csv"}
    )
    assert answer.json()["created"] == 5, answer.text
    return home


async def suggested(client: httpx.AsyncClient, typed: str, **params: str) -> list[str]:
    answer = await client.get("/organisations/suggestions", params={"q": typed, **params})
    assert answer.status_code == 200, answer.text
    return [one["name"] for one in answer.json()["items"]]


async def counted(client: httpx.AsyncClient, **params: str) -> dict[str, dict[str, int]]:
    answer = await client.get("/organisations/facets", params=params)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    facets = {
        name: {one["value"]: one["count"] for one in values}
        for name, values in body.items()
        if name != "total"
    }
    return {"total": body["total"], **facets}


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("m", [ETOILE, CANTAL]),
        ("menuiserie du", [CANTAL]),
        ("menuiserie du c", [CANTAL]),
        ("st eti", [BOIS]),
        ("saint-étienne b", [BOIS]),
        ("bois", [BOIS]),
        ("oac", [OEUF]),
        ("l'oe", [OEUF]),
        ("552 032", [ETOILE]),
        ("552032534", [ETOILE]),
        ("aurillac", [CANTAL, BOIS]),
        ("menuiserie toul", [ETOILE]),
        ("зар", [ZARIA]),
        ("boulangerie", []),
        ("!?", []),
    ],
)
async def test_what_is_typed_is_suggested(
    member: httpx.AsyncClient, typed: str, names: list[str]
) -> None:
    assert await suggested(member, typed) == names


@pytest.mark.usefixtures("filled")
async def test_a_suggestion_tells_namesakes_apart(member: httpx.AsyncClient) -> None:
    answer = await member.get("/organisations/suggestions", params={"q": "menuiserie", "limit": 1})

    [shown] = answer.json()["items"]
    assert shown.pop("id")
    assert shown == {
        "owner": "midi-pyrenees",
        "name": ETOILE,
        "acronym": None,
        "siren": "552032534",
        "commune": "Toulouse",
        "departement": "31",
    }


@pytest.mark.usefixtures("filled")
async def test_facets_count_what_the_list_can_be_narrowed_to(member: httpx.AsyncClient) -> None:
    assert await counted(member) == {
        "total": 5,
        "owners": {"midi-pyrenees": 5},
        "unions": {"auvergne": 2, "midi-pyrenees": 1},
        "statutes": {"scop": 3, "other": 1, "scic": 1},
        "departements": {"15": 2, "31": 2, "12": 1},
        "sectors": {"43": 2, "16": 1, "56": 1},
        "sizes": {},
    }


@pytest.mark.usefixtures("filled")
async def test_a_facet_shows_what_could_be_taken_instead_of_its_own_filter(
    member: httpx.AsyncClient,
) -> None:
    found = await counted(member, departement="31", statute="scop")

    assert found == {
        "total": 1,
        "owners": {"midi-pyrenees": 1},
        "unions": {"midi-pyrenees": 1},
        "statutes": {"scop": 1, "scic": 1},
        "departements": {"15": 2, "31": 1},
        "sectors": {"43": 1},
        "sizes": {},
    }


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("params", "total", "departements"),
    [
        ({"q": "menuiserie"}, 2, {"15": 1, "31": 1}),
        ({"q": "menuizerie"}, 2, {"15": 1, "31": 1}),
        ({"commune": "15014", "radius_km": "10"}, 2, {"15": 2}),
        ({"q": "menuiserie", "commune": "15014"}, 1, {"15": 1}),
        ({"member_of": "auvergne"}, 2, {"15": 2}),
        ({"member_of": "auvergne", "on": "2010-06-01"}, 1, {"15": 1}),
        ({"owner": "auvergne"}, 0, {}),
    ],
)
async def test_facets_count_what_is_asked(
    member: httpx.AsyncClient, params: dict[str, str], total: int, departements: dict[str, int]
) -> None:
    found = await counted(member, **params)

    assert (found["total"], found["departements"]) == (total, departements)


@pytest.mark.usefixtures("filled")
async def test_facets_and_the_list_agree(member: httpx.AsyncClient) -> None:
    facets = await counted(member)

    for parameter, facet in [
        ("member_of", "unions"),
        ("statute", "statutes"),
        ("departement", "departements"),
        ("trade", "sectors"),
    ]:
        for value, count in facets[facet].items():
            listed = await member.get("/organisations", params={parameter: value})
            assert len(listed.json()["items"]) == count, (parameter, value)

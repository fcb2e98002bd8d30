from uuid import uuid4

import httpx
import pytest

from intercoop_contracts.directory import PEOPLE
from testkit.directory_service import DirectoryService

CAMILLE = {
    "given_name": "Camille",
    "family_name": "Exemple",
    "contact_points": [
        {"kind": "email", "value": "camille@example.org"},
        {"kind": "phone", "value": "06 12 34 56 78"},
    ],
}


async def organisation(staff: httpx.AsyncClient) -> str:
    answer = await staff.post("/organisations", json={"name": "Atelier"})
    return str(answer.json()["id"])


async def test_a_person_is_registered_read_and_changed(staff: httpx.AsyncClient) -> None:
    mandate = {
        "organisation_id": await organisation(staff),
        "role": "manager",
        "since": "2014-01-01",
        "until": None,
    }

    made = await staff.post("/people", json={**CAMILLE, "mandates": [mandate]})
    address = f"/people/{made.json()['id']}"
    changed = await staff.put(
        address,
        json={**CAMILLE, "language": "en", "mandates": [{**mandate, "until": "2016-01-01"}]},
        headers={"If-Match": made.headers["etag"]},
    )
    read = await staff.get(address)

    assert made.status_code == 201, made.text
    assert made.json()["mandates"] == [mandate]
    assert read.json() == changed.json()
    assert read.json()["mandates"][0]["until"] == "2016-01-01"
    assert read.json()["contact_points"] == CAMILLE["contact_points"]
    assert (read.json()["language"], read.headers["etag"]) == ("en", '"2"')


async def test_a_person_is_published_on_the_private_stream_only(
    home: DirectoryService, staff: httpx.AsyncClient
) -> None:
    made = (await staff.post("/people", json=CAMILLE)).json()

    async with home.db.read() as tx:
        rows = await tx.fetch("SELECT topic, subject FROM published")

    assert [(row["topic"], row["subject"]) for row in rows] == [
        (PEOPLE.topic("midi-pyrenees"), made["id"])
    ]


async def test_a_change_that_changes_nothing_publishes_nothing(
    home: DirectoryService, staff: httpx.AsyncClient
) -> None:
    made = (await staff.post("/people", json=CAMILLE)).json()
    before = await home.versions()

    answer = await staff.put(f"/people/{made['id']}", json=CAMILLE, headers={"If-Match": '"1"'})

    assert answer.headers["etag"] == '"1"'
    assert await home.versions() == before


async def test_people_are_listed_by_family_name_and_by_organisation(
    staff: httpx.AsyncClient,
) -> None:
    atelier = await organisation(staff)
    mandate = {"organisation_id": atelier, "role": "associate", "since": "2014-01-01"}
    for given, family, mandates in (
        ("Zoé", "Étienne", [mandate]),
        ("Anne", "Étienne", []),
        ("Luc", "Bernard", [mandate]),
    ):
        await staff.post(
            "/people", json={"given_name": given, "family_name": family, "mandates": mandates}
        )

    first = (await staff.get("/people", params={"limit": "2"})).json()
    rest = (await staff.get("/people", params={"cursor": first["next"]})).json()
    there = (await staff.get("/people", params={"organisation": atelier})).json()

    assert [one["given_name"] for one in first["items"] + rest["items"]] == ["Luc", "Anne", "Zoé"]
    assert rest["next"] is None
    assert [one["given_name"] for one in there["items"]] == ["Luc", "Zoé"]


async def test_people_are_shown_to_staff_alone(home: DirectoryService) -> None:
    async with home.client(roles=["member", "operator"]) as client:
        assert (await client.get("/people")).status_code == 403
        assert (await client.get(f"/people/{uuid4()}")).status_code == 403
        assert (await client.post("/people", json=CAMILLE)).status_code == 403


async def test_wrong_values_are_named_with_their_remedy(staff: httpx.AsyncClient) -> None:
    mandate = {"organisation_id": str(uuid4()), "role": "manager", "since": "2014-01-01"}

    unknown = await staff.post("/people", json={**CAMILLE, "mandates": [mandate]})
    wrong = await staff.post(
        "/people",
        json={
            **CAMILLE,
            "given_name": "  ",
            "mandates": [mandate, {**mandate, "until": "2013-01-01"}],
            "contact_points": [{"kind": "email", "value": "nobody"}],
        },
    )

    assert unknown.json()["errors"][0]["field"] == "mandates.0.organisation_id"
    assert [one["field"] for one in wrong.json()["errors"]] == [
        "given_name",
        "mandates.1.until",
        "contact_points.0.value",
    ]


async def test_an_unknown_person_is_not_found(staff: httpx.AsyncClient) -> None:
    assert (await staff.get(f"/people/{uuid4()}")).status_code == 404
    answer = await staff.put(f"/people/{uuid4()}", json=CAMILLE, headers={"If-Match": '"1"'})
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "written",
    [
        "mailto:camille@example.org",
        " <camille@example.org> ",
        "Camille Exemple <mailto:camille@example.org>",
        "camille@example.org;",
        "camille @\u00a0example.org",
    ],
)
async def test_an_address_that_can_mean_one_thing_is_tidied(
    staff: httpx.AsyncClient, written: str
) -> None:
    point = {"kind": "email", "value": written}

    made = await staff.post("/people", json={**CAMILLE, "contact_points": [point]})

    assert made.status_code == 201, made.text
    assert made.json()["contact_points"] == [{"kind": "email", "value": "camille@example.org"}]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("a@x.example / b@x.example", "plusieurs adresses"),
        ("rené@x.example", "accent"),
        ("contact.@x.example", "n'est pas une adresse"),
        ("mailto:", "n'est pas une adresse"),
    ],
)
async def test_an_address_that_no_mail_can_be_sent_to_is_refused_with_the_reason(
    staff: httpx.AsyncClient, written: str, said: str
) -> None:
    point = {"kind": "email", "value": written}

    answer = await staff.post("/people", json={**CAMILLE, "contact_points": [point]})

    assert answer.status_code == 422
    wrong = answer.json()["errors"][0]
    assert wrong["field"] == "contact_points.0.value"
    assert said in wrong["message"]

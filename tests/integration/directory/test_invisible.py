"""Characters that nobody sees make no twins, no nameless organisations and no lost mails."""

import httpx
import pytest

from testkit.directory_service import DirectoryService
from testkit.spreadsheets import import_sheet, organisations_by_name


async def test_what_nobody_sees_is_not_kept(staff: httpx.AsyncClient) -> None:
    body = {
        "name": "Ate\u00adlier Invi\u200bsible",
        "acronym": "\ufeffAI",
        "siren": "552\u00a0032\u200b534",
        "contact": {
            "email": "contact@atelier.example\u200b",
            "phone": "\u202d05 61 00 00 00\u202c",
            "website": "https://ate\u00adlier.example",
        },
        "expertise": ["lo\u2060caux", "locaux"],
        "commune": {"code": "31555\u200e", "postcode": "\u200e31000"},
    }

    made = (await staff.post("/organisations", json=body)).json()

    assert (made["name"], made["acronym"]) == ("Atelier Invisible", "AI")
    assert (made["siren"], made["expertise"]) == ("552032534", ["locaux"])
    assert made["contact"] == {
        "email": "contact@atelier.example",
        "phone": "05 61 00 00 00",
        "website": "https://atelier.example",
    }
    assert (made["commune"]["code"], made["commune"]["postcode"]) == ("31555", "31000")


@pytest.mark.parametrize("name", ["\u200b\u00ad\u2060", "\ufeff", " \u200e ", "\u3164", "\u200d"])
async def test_a_name_of_nothing_that_is_seen_is_refused(
    staff: httpx.AsyncClient, name: str
) -> None:
    answer = await staff.post("/organisations", json={"name": name})
    person = await staff.post("/people", json={"given_name": name, "family_name": "Exemple"})

    assert answer.status_code == person.status_code == 422
    assert answer.json()["errors"][0]["field"] == "name"
    assert person.json()["errors"][0]["field"] == "given_name"


async def test_a_name_that_reads_as_another_is_refused(staff: httpx.AsyncClient) -> None:
    answer = await staff.post("/organisations", json={"name": "Atelier \u202eesrevni"})

    [error] = answer.json()["errors"]
    assert (answer.status_code, error["field"]) == (422, "name")
    assert "U+202E" in error["remedy"]


async def test_names_keep_what_their_script_needs(staff: httpx.AsyncClient) -> None:
    for name in ("شرکت می\u200cخواهیم", "Crèche \U0001f468\u200d\U0001f469\u200d\U0001f467"):
        made = await staff.post("/organisations", json={"name": name})

        assert made.json()["name"] == name


async def test_an_import_makes_no_twins_of_what_looks_alike(staff: httpx.AsyncClient) -> None:
    first = await import_sheet(
        staff, "\ufeffRaison so\u00adciale;Commune;Code postal;Courriel\n"
        "Ate\u00adlier Invi\u200bsible;Tou\u200blouse;31000;contact@atelier.example\u200b\n"
        "\u200bDébut;Toulouse;31000;\n",
    )  # fmt: skip
    again = await import_sheet(
        staff, "Raison sociale;Commune;Code postal\nAtelier Invisible;Toulouse;31000\n"
        "Début;Toulouse;31000\n",
    )  # fmt: skip

    assert (first["created"], first["refused"]) == (2, 0)
    assert (again["created"], again["unchanged"]) == (0, 2)
    kept = (await organisations_by_name(staff))["Atelier Invisible"]
    assert kept["contact"]["email"] == "contact@atelier.example"


async def test_an_import_refuses_what_has_no_name_or_reads_as_another(
    staff: httpx.AsyncClient,
) -> None:
    answer = await import_sheet(
        staff, "Raison sociale;Commune;Code postal\n\u200b\u00ad;Toulouse;31000\n"
        "\u202eesrevni;Toulouse;31000\n",
    )  # fmt: skip

    assert (answer["created"], answer["refused"]) == (0, 2)
    assert {error["column"] for error in answer["errors"]} == {"Raison sociale"}


async def test_names_in_other_alphabets_are_told_apart_and_found(
    staff: httpx.AsyncClient,
) -> None:
    names = ["Заря", "Весна", "合作社", "工人社", "الأمل", "תקווה", "हिन्दी"]
    rows = "".join(f"{name};31555\n" for name in names)

    answer = await import_sheet(staff, f"Raison sociale;Code commune\n{rows}")

    assert answer["created"] == len(names), answer["errors"]
    for name in names:
        found = await staff.get("/organisations/search", params={"q": name})
        assert [one["name"] for one in found.json()["items"]] == [name]


async def test_what_others_publish_with_invisible_characters_is_found(
    home: DirectoryService, neighbour: DirectoryService, member: httpx.AsyncClient
) -> None:
    async with neighbour.client() as theirs:
        await theirs.post("/organisations", json={"name": "Imprimerie du Cantal"})
    [change] = await neighbour.published()
    view = change.after.model_copy(update={"name": "Impri\u00admerie\u200b du\u2060 Cantal"})
    await home.hears([change._replace(after=view)])

    found = await member.get("/organisations/search", params={"q": "imprimerie cantal"})

    assert len(found.json()["items"]) == 1

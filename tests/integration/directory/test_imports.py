import asyncio
import csv
import io

import httpx

from testkit.directory_service import DirectoryService
from testkit.spreadsheets import CSV, SHEET, import_sheet, organisations_by_name


async def test_the_same_file_again_changes_and_publishes_nothing(
    home: DirectoryService, staff: httpx.AsyncClient
) -> None:
    await import_sheet(staff, SHEET)
    before = await home.versions()

    again = await import_sheet(staff, SHEET, "cp1252")

    assert (again["unchanged"], again["refused"]) == (3, 0)
    assert await home.versions() == before


async def test_bad_rows_are_given_back_and_good_ones_imported(
    home: DirectoryService, staff: httpx.AsyncClient
) -> None:
    sheet = SHEET + (
        "Faux;552032535;Scop;beaucoup;Rodez;;;;32/01/2015;\n"
        ";;;;Rodez;;;;;\n"
        "Encore Étoile;552032534;;;;;;;;\n"
    )

    answer = await import_sheet(staff, sheet)

    assert (answer["created"], answer["refused"]) == (3, 3)
    errors = [(one["row"], one["column"], one["value"]) for one in answer["errors"]]
    assert errors == [
        (6, "N° SIREN", "552032535"),
        (6, "Effectif (ETP)", "beaucoup"),
        (6, "Date d'adhésion", "32/01/2015"),
        (7, "Raison sociale", ""),
        (8, "N° SIREN", "552032534"),
    ]
    for one in answer["errors"]:
        assert all(
            one[part][language] for part in ("reason", "remedy") for language in ("fr", "en")
        )
    assert "ligne 3" in answer["errors"][-1]["reason"]["fr"]
    assert len(await home.published()) == 3


async def test_the_refused_rows_can_be_corrected_and_imported_again(
    staff: httpx.AsyncClient,
) -> None:
    answer = await import_sheet(
        staff, SHEET + "Faux;552032535;Scop;1;Rodez;;;+33 561000000;;=1+1\n"
    )

    [headings, row] = csv.reader(
        io.StringIO(answer["rejected_csv"].removeprefix("\ufeff")), delimiter=";"
    )
    assert headings[-1] == "À corriger"
    assert row[-1].startswith("N° SIREN : ")
    assert row[-2] == "'=1+1"
    again = await import_sheet(staff, answer["rejected_csv"].replace("552032535", "732829320"))

    assert (again["created"], again["refused"]) == (1, 0)
    assert (await organisations_by_name(staff))["Faux"]["contact"]["phone"] == "+33 561000000"


async def test_a_siren_that_another_owner_publishes_is_refused_with_its_name(
    home: DirectoryService, neighbour: DirectoryService, staff: httpx.AsyncClient
) -> None:
    async with neighbour.client() as theirs:
        await import_sheet(theirs, SHEET)
    await home.hears(await neighbour.published())

    answer = await import_sheet(staff, SHEET)

    assert (answer["created"], answer["refused"]) == (1, 2)
    assert all("auvergne" in one["reason"]["fr"] for one in answer["errors"])


async def test_an_empty_cell_leaves_what_is_known(staff: httpx.AsyncClient) -> None:
    await import_sheet(staff, SHEET)

    answer = await import_sheet(
        staff, "Raison sociale;SIREN;Effectif\nÉtoile Menuiserie;552032534;\n"
    )

    assert answer["changed"] == 1
    assert (await organisations_by_name(staff))["Étoile Menuiserie"]["headcount"] == 12


async def test_a_row_that_adds_a_siren_finds_the_organisation_by_name_and_commune(
    home: DirectoryService, staff: httpx.AsyncClient
) -> None:
    await import_sheet(staff, "Nom;Commune\nAtelier;Rodez\n")

    answer = await import_sheet(staff, "Nom;Commune;SIREN\nATELIER;Rodez;552032534\n")

    assert answer["changed"] == 1
    assert len(await home.published()) == 1


async def test_one_row_twice_in_a_file_is_refused_once(staff: httpx.AsyncClient) -> None:
    answer = await import_sheet(
        staff, "Nom;Commune\nAtelier;Rodez\nAtelier;Toulouse\nAtelier;rodez\n"
    )

    assert (answer["created"], answer["refused"]) == (2, 1)
    assert answer["errors"][0]["row"] == 4


async def test_memberships_are_dated_and_a_new_union_ends_the_old_one(
    staff: httpx.AsyncClient,
) -> None:
    head = "Nom;Union;Fédérations;Date d'adhésion\n"
    await import_sheet(staff, head + "Atelier;auvergne;scop-btp (2013-05-01);01/02/2012\n")

    moved = await import_sheet(
        staff, head + "Atelier;midi-pyrenees (01/01/2015);scop-btp, scop-industrie;\n"
    )

    assert moved["changed"] == 1
    shown = (await organisations_by_name(staff))["Atelier"]
    assert [(one["owner"], one["since"], one["until"]) for one in shown["links"]] == [
        ("scop-industrie", "2012-02-01", None),
        ("auvergne", "2012-02-01", "2015-01-01"),
        ("scop-btp", "2013-05-01", None),
        ("midi-pyrenees", "2015-01-01", None),
    ]


async def test_two_imports_of_one_file_at_once_create_everything_once(
    home: DirectoryService, staff: httpx.AsyncClient
) -> None:
    answers = await asyncio.gather(*(import_sheet(staff, SHEET) for _ in range(3)))

    assert sum(answer["created"] for answer in answers) == 3
    assert sum(answer["unchanged"] for answer in answers) == 6
    assert len(await home.published()) == 3


async def test_sirens_may_change_places_between_rows(staff: httpx.AsyncClient) -> None:
    await import_sheet(staff, "Nom;SIREN\nUn;552032534\nDeux;732829320\n")
    known = await organisations_by_name(staff)
    ids = [known["Un"]["id"], known["Deux"]["id"]]

    answer = await import_sheet(
        staff, f"Identifiant;Nom;SIREN\n{ids[0]};Un;356000000\n{ids[1]};Deux;552032534\n"
    )

    assert answer["changed"] == 2
    assert (await organisations_by_name(staff))["Deux"]["siren"] == "552032534"


async def test_a_repeated_import_with_its_key_gives_the_first_answer(
    staff: httpx.AsyncClient,
) -> None:
    headers = {**CSV, "Idempotency-Key": "one"}

    answers = [
        await staff.post("/organisations/import", content=SHEET.encode(), headers=headers)
        for _ in range(2)
    ]

    assert answers[0].json() == answers[1].json()
    assert answers[1].json()["created"] == 3


async def test_only_staff_of_this_instance_import(home: DirectoryService) -> None:
    async with home.client(roles=["member"]) as client:
        answer = await client.post("/organisations/import", content=SHEET, headers=CSV)

    assert answer.status_code == 403

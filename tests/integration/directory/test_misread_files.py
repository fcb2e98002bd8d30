"""No file is misread in silence: quotation marks, encodings, and what a dry run shows of them."""

from typing import Any

import httpx
import pytest

from testkit.directory_service import DirectoryService
from testkit.spreadsheets import CSV, SHEET, import_sheet, organisations_by_name

HEAD = "Raison sociale;Commune;Code postal;Effectif\r\n"


async def send(staff: httpx.AsyncClient, data: bytes, **query: Any) -> dict[str, Any]:  # Any: JSON
    answer = await staff.post("/organisations/import", content=data, headers=CSV, params=query)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()  # Any: JSON
    return body


@pytest.mark.parametrize(
    ("rows", "created", "refused"),
    [
        (
            '"Ouvert;Toulouse;31000;4\r\nUn;Rodez;12000;5\r\nDeux;Foix;09000;6\r\n',
            ["Deux", "Un"],
            [2],
        ),
        ('Ouvert;"Toulouse;31000;4\r\nUn;Rodez;12000;5\r\n', ["Un"], [2]),
        (
            '"Ouvert;Toulouse;31000;4\r\nUn;Rodez;12000;5\r\n"Deux";Foix;09000;6\r\n',
            ["Deux", "Un"],
            [2],
        ),
        (
            '"A;Toulouse;31000;4\r\nUn;Rodez;12000;5\r\n"B;Foix;09000;6\r\nDeux;Foix;09000;6',
            ["Deux", "Un"],
            [2, 4],
        ),
        ('Un;Rodez;12000;"5', [], [2]),
        ('"Le Bois" menuiserie;Toulouse;31000;4\r\nUn;Rodez;12000;5\r\n', ["Un"], [2]),
        ('"Ouvert;Toulouse;31000;4\r\nUn;Rodez;12000;5"\r\nDeux;Foix;09000;6\r\n', ["Deux"], [2]),
        ('"Ouvert;Toulouse;31000;4\r\nsuite du nom\r\nUn;Rodez;12000;5\r\n', ["Un"], [2, 3]),
    ],
)
async def test_a_quotation_mark_that_is_not_closed_swallows_no_other_row(
    staff: httpx.AsyncClient, rows: str, created: list[str], refused: list[int]
) -> None:
    answer = await import_sheet(staff, HEAD + rows)

    assert sorted(await organisations_by_name(staff)) == created
    assert [error["row"] for error in answer["errors"]] == refused


async def test_the_row_where_a_quotation_mark_began_is_named(staff: httpx.AsyncClient) -> None:
    answer = await import_sheet(staff, HEAD + 'Un;Rodez;;\r\nDeux;"Toulouse;31000;4\r\n')

    [error] = answer["errors"]
    assert (error["row"], error["column"], error["value"]) == (3, "Commune", "Toulouse")
    assert "ligne 3" in error["reason"]["fr"]
    assert "row 3" in error["reason"]["en"]


async def test_quotation_marks_that_mean_something_are_understood(staff: httpx.AsyncClient) -> None:
    answer = await import_sheet(
        staff,
        "Nom;Ville;Remarques\n"
        'Atelier "Le Bois";Rodez;\n'
        '"Bois; ""vis"" et Cie";Rodez;"une note\nen deux lignes"\n'
        ' "Deux\nlignes" ;Rodez;\n',
    )

    assert answer["errors"] == []
    names = set(await organisations_by_name(staff))
    assert names == {'Atelier "Le Bois"', 'Bois; "vis" et Cie', "Deux lignes"}


@pytest.mark.parametrize(
    ("text", "encoding", "told"),
    [
        ("Cœur à l'œuvre", "iso8859-15", "iso8859-15"),
        ("Œuvres", "iso8859-15", "iso8859-15"),
        ("Cœur à l'œuvre", "cp1252", "cp1252"),
        ("2½ pièces", "cp1252", "cp1252"),
        ("L'Été", "latin-1", "cp1252"),
        ("Forêt", "cp850", "cp850"),
        ("Noël", "cp850", "cp850"),
        ("Étoile", "cp850", "cp850"),
        ("Reçu", "mac_roman", "mac_roman"),
        ("Bâti", "mac_roman", "mac_roman"),
        ("Être là", "mac_roman", "mac_roman"),
        ("Peña", "utf-16", "utf-16"),
        ("Été", "utf-32", "utf-32"),
    ],
)
async def test_the_encoding_is_judged_by_what_french_letters_stand_beside(
    staff: httpx.AsyncClient, text: str, encoding: str, told: str
) -> None:
    answer = await send(staff, f"Nom;Ville\n{text};Rodez\n".encode(encoding))

    assert (answer["encoding"], answer["errors"]) == (told, [])
    assert list(await organisations_by_name(staff)) == [text]


@pytest.mark.parametrize(
    ("before", "cut"),
    [
        ("Coopérative de l'Été;Rodez\n", "Café"),
        ("Coop;Rodez\n", "Café"),
        ("Coop;Rodez\n", "L\u2019"),
    ],
)
async def test_utf_8_that_was_cut_in_a_character_stays_utf_8(
    staff: httpx.AsyncClient, before: str, cut: str
) -> None:
    answer = await send(staff, f"Nom;Ville\n{before}{cut}".encode()[:-1])

    assert (answer["encoding"], answer["created"]) == ("utf-8", 1)
    [error] = answer["errors"]
    assert (error["row"], error["column"]) == (3, "Nom")
    assert list(await organisations_by_name(staff)) == [before.partition(";")[0]]


async def test_a_cell_of_another_encoding_within_utf_8_is_refused_alone(
    staff: httpx.AsyncClient,
) -> None:
    answer = await send(
        staff, "Nom;Ville\nL'Été;Rodez\nForêt;Rodez\n".encode() + "Café;Foix\n".encode("cp1252")
    )

    assert (answer["encoding"], answer["created"]) == ("utf-8", 2)
    assert [error["row"] for error in answer["errors"]] == [4]


async def test_utf_8_within_another_encoding_is_refused_alone(staff: httpx.AsyncClient) -> None:
    answer = await send(
        staff, "Nom;Ville\nL'Été;Rodez\nForêt;Rodez\n".encode("cp1252") + "Café;Foix\n".encode()
    )

    assert (answer["encoding"], answer["created"]) == ("cp1252", 2)
    assert [error["row"] for error in answer["errors"]] == [4]


async def test_a_name_that_was_garbled_before_is_refused(staff: httpx.AsyncClient) -> None:
    answer = await import_sheet(staff, "Nom;Ville\nCoopÃ©rative;Rodez\n«CAFÉ»;Rodez\n")

    assert [error["value"] for error in answer["errors"]] == ["CoopÃ©rative"]
    assert list(await organisations_by_name(staff)) == ["«CAFÉ»"]


async def test_a_dry_run_says_everything_and_changes_nothing(
    home: DirectoryService, staff: httpx.AsyncClient
) -> None:
    sheet = (SHEET + "Faux;552032535;;;;;;;;\n").encode("cp1252")

    shown = await send(staff, sheet, dry_run="true")
    before = await home.versions()
    done = await send(staff, sheet)

    assert shown == done
    assert (shown["created"], shown["refused"], shown["encoding"]) == (3, 1, "cp1252")
    assert before == {}
    assert len(await home.versions()) == 3


async def test_a_dry_run_and_the_import_after_it_have_their_own_keys(
    staff: httpx.AsyncClient,
) -> None:
    headers = {**CSV, "Idempotency-Key": "one"}

    shown = await staff.post(
        "/organisations/import?dry_run=true", content=SHEET.encode(), headers=headers
    )
    done = await staff.post("/organisations/import", content=SHEET.encode(), headers=headers)

    assert shown.status_code == 200
    assert (done.status_code, done.json()["code"]) == (422, "idempotency-key-reused")


@pytest.mark.parametrize(
    "kind",
    [
        "text/csv",
        "text/csv; charset=iso-8859-1",
        "application/csv",
        "text/x-csv",
        "application/x-csv",
        "text/comma-separated-values",
        "text/x-comma-separated-values",
        "text/tab-separated-values",
        "TEXT/CSV",
        "application/vnd.ms-excel",
    ],
)
async def test_a_csv_is_taken_under_all_its_names(staff: httpx.AsyncClient, kind: str) -> None:
    answer = await staff.post(
        "/organisations/import", content=SHEET.encode(), headers={"Content-Type": kind}
    )

    assert answer.status_code == 200
    assert answer.json()["created"] == 3


@pytest.mark.parametrize(
    "kind",
    [
        "application/vnd.ms-excel",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.ms-excel.sheet.macroEnabled.12",
        "application/vnd.oasis.opendocument.spreadsheet",
    ],
)
async def test_a_workbook_under_its_own_name_is_said_to_be_one(
    staff: httpx.AsyncClient, kind: str
) -> None:
    answer = await staff.post(
        "/organisations/import", content=b"PK\x03\x04rest", headers={"Content-Type": kind}
    )

    [error] = answer.json()["errors"]
    assert answer.status_code == 422
    assert "workbook" in error["message"]
    assert "CSV UTF-8" in error["remedy"]


async def test_of_two_files_in_a_form_none_is_passed_over(staff: httpx.AsyncClient) -> None:
    files = [("file", ("a.csv", b"Nom\nUn\n")), ("file", ("b.csv", b"Nom\nDeux\n"))]

    answer = await staff.post("/organisations/import", files=files)

    assert answer.status_code == 422
    assert await organisations_by_name(staff) == {}


@pytest.mark.parametrize(
    "head",
    [
        "Nom;Prénom;Fonction;SIRET;Commune;Code postal",
        "NOM;PRENOM",
        "Nom prénom;Ville",
        "Civilité;Nom;Ville",
        "Nom;Fonction;Courriel;Téléphone",
        "Last name,First name,City",
        "Nom d'usage;Prénom;Ville",
        "Nom;Date de naissance;Ville",
    ],
)
async def test_a_list_of_people_is_recognised_and_nobody_is_published(
    home: DirectoryService, staff: httpx.AsyncClient, head: str
) -> None:
    row = ";".join(["Exemple"] * len(head.split(";")))

    answer = await staff.post(
        "/organisations/import", content=f"{head}\n{row}\n".encode(), headers=CSV
    )

    [error] = answer.json()["errors"]
    assert answer.status_code == 422
    assert "people" in error["message"]
    assert "personnes" in error["message"]
    assert await home.versions() == {}


async def test_people_beside_organisations_are_passed_over(
    home: DirectoryService, staff: httpx.AsyncClient
) -> None:
    answer = await import_sheet(
        staff, "Raison sociale;Nom;Prénom;Fonction;Ville\nAtelier;Exemple;Camille;gérante;Rodez\n"
    )

    assert (answer["created"], answer["ignored_columns"]) == (1, ["Nom", "Prénom", "Fonction"])
    [published] = await home.published()
    assert "Exemple" not in published.after.model_dump_json()
    assert "Camille" not in published.after.model_dump_json()

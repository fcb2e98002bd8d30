import csv
import io

import httpx
import pytest

from testkit.directory_service import DirectoryService
from testkit.spreadsheets import CSV, SHEET, import_sheet, organisations_by_name


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "mac_roman", "utf-16", "utf-16-le", "utf-16-be"]
)
async def test_a_spreadsheet_is_read_however_it_was_saved(
    staff: httpx.AsyncClient, encoding: str
) -> None:
    answer = await import_sheet(staff, SHEET, encoding)

    assert answer["errors"] == []
    assert (answer["created"], answer["separator"]) == (3, ";")
    assert answer["ignored_columns"] == ["Remarques"]
    known = await organisations_by_name(staff)
    etoile = known["Menuiserie de l'Étoile"]
    assert (etoile["statute"], etoile["form"], etoile["headcount"]) == ("scop", "SARL", 12)
    assert (etoile["commune"]["name"], etoile["joined"]) == ("Toulouse", "2012-03-01")
    assert known["L'Œuf à la Coque"]["commune"]["code"] == "12208"
    assert known["L'Œuf à la Coque"]["headcount"] == 7
    assert known["Imprimerie"]["is_sample"]


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
async def test_the_separator_is_found_out(staff: httpx.AsyncClient, separator: str) -> None:
    rows = [["Raison sociale", "Commune", "Code postal"], ['Bois, vis; et "Cie"', "Rodez", ""]]
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=separator).writerows(rows)

    answer = await import_sheet(staff, buffer.getvalue())

    assert (answer["created"], answer["separator"]) == (1, separator)
    assert list(await organisations_by_name(staff)) == ['Bois, vis; et "Cie"']


async def test_a_form_with_a_file_is_taken_too(staff: httpx.AsyncClient) -> None:
    answer = await staff.post("/organisations/import", files={"file": ("liste.csv", SHEET)})

    assert answer.json()["created"] == 3


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "empty"),
        (b"\x00\x00", "empty"),
        (b"PK\x03\x04rest", "workbook"),
        (b"Prix;Date\n1;2\n", "Raison sociale"),
        (b"Nom;Name\n1;2\n", "say the same"),
        (b"Nom\n" + b"x\n" * 20_001, "20000 rows"),
        (b'"Nom;Ville\nUn;Rodez\n', "no readable CSV"),
        (b"%PDF-1.7 rest", "PDF"),
        (b"<html><table><tr><td>Nom", "web page"),
        (b"\xff\xfeN", "no readable text"),
    ],
)
async def test_a_file_that_is_no_spreadsheet_is_refused_with_a_remedy(
    staff: httpx.AsyncClient, data: bytes, word: str
) -> None:
    answer = await staff.post("/organisations/import", content=data, headers=CSV)

    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert error["field"] == "file"
    assert word in error["message"]
    assert error["remedy"]


async def test_another_kind_of_body_is_refused(staff: httpx.AsyncClient) -> None:
    assert (await staff.post("/organisations/import", json={})).status_code == 415
    form = await staff.post("/organisations/import", files={"other": ("x", b"Nom\n")})
    assert (form.status_code, form.json()["errors"][0]["field"]) == (422, "file")


async def test_strange_cells_are_refused_and_break_nothing(staff: httpx.AsyncClient) -> None:
    answer = await import_sheet(
        staff,
        "Nom;Effectif;SIREN;Code commune;Site web;Date d'adhésion\n"
        "A\x00B;;;;;\n"
        f"{'x' * 201};;;;;\n"
        "Un;99999999999999999999;;;;\n"
        "Deux;;٣٣٣٣٣٣٣٣٣;;;\n"
        "Trois;;;31555\u0000;;\n"
        "Quatre;;;;javascript:alert(1);\n"
        "Cinq;;;;http://[;\n"
        "Six;;;;;01/01/0001\n"
        "Sept;;;;;;;trop\n",
    )

    assert (answer["created"], answer["refused"]) == (0, 9)


async def test_the_greatest_file_is_imported_whole(
    home: DirectoryService, staff: httpx.AsyncClient
) -> None:
    rows = "".join(
        f"Coopérative {number};Scop;Toulouse;31000;{number % 90}\n" for number in range(20_000)
    )
    sheet = f"Nom;Statut;Commune;Code postal;Effectif\n{rows}"

    answer = await import_sheet(staff, sheet, "cp1252")

    assert answer["created"] == 20_000
    assert len(await home.versions()) == 20_000

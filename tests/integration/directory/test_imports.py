import asyncio
import csv
import io
from typing import Any

import httpx
import pytest

from testkit.directories import Directory

SHEET = """\
Union régionale : liste au 23/11/2016;;;;;;;;;
Raison sociale;N° SIREN;Statut juridique;Effectif (ETP);Ville;CP;Mél;Tél.;Date d'adhésion;Remarques
Menuiserie de l'Étoile;552 032 534;SCOP SARL;12;TOULOUSE CEDEX 9;31000;contact@etoile.example;05 61 00 00 00;01/03/2012;à rappeler
L'Œuf à la Coque;;Scic;7,0;St-Affrique;12400;;;2014-05-02;
Imprimerie;000123455;Loi 47;;Aurillac (15);;;;;
"""
CSV = {"Content-Type": "text/csv"}


async def sent(
    staff: httpx.AsyncClient, text: str, encoding: str = "utf-8"
) -> dict[str, Any]:  # Any: JSON
    answer = await staff.post("/organisations/import", content=text.encode(encoding), headers=CSV)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()  # Any: JSON
    assert body["rows"] == sum(
        body[count] for count in ("created", "changed", "unchanged", "refused")
    )
    return body


async def listed(client: httpx.AsyncClient) -> dict[str, dict[str, Any]]:  # Any: JSON
    items = (await client.get("/organisations")).json()["items"]
    return {one["name"]: one for one in items}


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "mac_roman", "utf-16", "utf-16-le", "utf-16-be"]
)
async def test_a_spreadsheet_is_read_however_it_was_saved(
    staff: httpx.AsyncClient, encoding: str
) -> None:
    answer = await sent(staff, SHEET, encoding)

    assert answer["errors"] == []
    assert (answer["created"], answer["separator"]) == (3, ";")
    assert answer["ignored_columns"] == ["Remarques"]
    known = await listed(staff)
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

    answer = await sent(staff, buffer.getvalue())

    assert (answer["created"], answer["separator"]) == (1, separator)
    assert list(await listed(staff)) == ['Bois, vis; et "Cie"']


async def test_the_same_file_again_changes_and_publishes_nothing(
    home: Directory, staff: httpx.AsyncClient
) -> None:
    await sent(staff, SHEET)
    before = await home.versions()

    again = await sent(staff, SHEET, "cp1252")

    assert (again["unchanged"], again["refused"]) == (3, 0)
    assert await home.versions() == before


async def test_a_form_with_a_file_is_taken_too(staff: httpx.AsyncClient) -> None:
    answer = await staff.post("/organisations/import", files={"file": ("liste.csv", SHEET)})

    assert answer.json()["created"] == 3


async def test_bad_rows_are_given_back_and_good_ones_imported(
    home: Directory, staff: httpx.AsyncClient
) -> None:
    sheet = SHEET + (
        "Faux;552032535;Scop;beaucoup;Rodez;;;;32/01/2015;\n"
        ";;;;Rodez;;;;;\n"
        "Encore Étoile;552032534;;;;;;;;\n"
    )

    answer = await sent(staff, sheet)

    assert (answer["created"], answer["refused"]) == (3, 3)
    errors = [(one["row"], one["column"], one["value"]) for one in answer["errors"]]
    assert errors == [
        (6, "Effectif (ETP)", "beaucoup"),
        (6, "Date d'adhésion", "32/01/2015"),
        (6, "N° SIREN", "552032535"),
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
    answer = await sent(staff, SHEET + "Faux;552032535;Scop;1;Rodez;;;+33 561000000;;=1+1\n")

    [headings, row] = csv.reader(
        io.StringIO(answer["rejected_csv"].removeprefix("\ufeff")), delimiter=";"
    )
    assert headings[-1] == "À corriger"
    assert row[-1].startswith("N° SIREN : ")
    assert row[-2] == "'=1+1"
    again = await sent(staff, answer["rejected_csv"].replace("552032535", "732829320"))

    assert (again["created"], again["refused"]) == (1, 0)
    assert (await listed(staff))["Faux"]["contact"]["phone"] == "+33 561000000"


@pytest.mark.parametrize(
    ("place", "code"),
    [
        (("Toulouse", "", ""), "31555"),
        (("31000 Toulouse", "", ""), "31555"),
        (("", "31000", ""), "31555"),
        (("LYON 7EME", "69007", ""), "69123"),
        (("Paris 11e arrondissement", "", ""), "75056"),
        (("St Denis", "97400", ""), "97411"),
        (("Villeneuve (12)", "", ""), "12301"),
        (("villeneuve", "", "63"), "63458"),
        (("Ste Suzanne", "97441", ""), "97420"),
        (("ambert", "63600", "63"), "63003"),
        (("Neussargues-Moissac", "", ""), "15141"),
    ],
)
async def test_a_commune_is_understood_from_what_people_write(
    staff: httpx.AsyncClient, place: tuple[str, str, str], code: str
) -> None:
    name, postcode, departement = place

    answer = await sent(
        staff, f"Nom;Commune;Code postal;Département\nAtelier;{name};{postcode};{departement}\n"
    )

    assert answer["errors"] == []
    assert (await listed(staff))["Atelier"]["commune"]["code"] == code


@pytest.mark.parametrize(
    ("place", "candidate"),
    [
        (("Saint-Denis", "12400"), "Saint-Denis (97411)"),
        (("Villeneuve", ""), "Villeneuve (12301)"),
        (("Atlantis", "15100"), "Saint-Flour (15187)"),
        (("", "15100"), "Saint-Flour (15187)"),
    ],
)
async def test_a_place_that_may_be_several_is_refused_with_the_candidates(
    staff: httpx.AsyncClient, place: tuple[str, str], candidate: str
) -> None:
    answer = await sent(staff, f"Nom;Commune;Code postal\nAtelier;{place[0]};{place[1]}\n")

    [error] = answer["errors"]
    assert candidate in error["remedy"]["fr"]
    assert candidate in error["remedy"]["en"]


async def test_a_siren_that_another_owner_publishes_is_refused_with_its_name(
    home: Directory, neighbour: Directory, staff: httpx.AsyncClient
) -> None:
    async with neighbour.client() as theirs:
        await sent(theirs, SHEET)
    await home.hears(await neighbour.published())

    answer = await sent(staff, SHEET)

    assert (answer["created"], answer["refused"]) == (1, 2)
    assert all("auvergne" in one["reason"]["fr"] for one in answer["errors"])


async def test_an_empty_cell_leaves_what_is_known(staff: httpx.AsyncClient) -> None:
    await sent(staff, SHEET)

    answer = await sent(staff, "Raison sociale;SIREN;Effectif\nÉtoile Menuiserie;552032534;\n")

    assert answer["changed"] == 1
    assert (await listed(staff))["Étoile Menuiserie"]["headcount"] == 12


async def test_a_row_that_adds_a_siren_finds_the_organisation_by_name_and_commune(
    home: Directory, staff: httpx.AsyncClient
) -> None:
    await sent(staff, "Nom;Commune\nAtelier;Rodez\n")

    answer = await sent(staff, "Nom;Commune;SIREN\nATELIER;Rodez;552032534\n")

    assert answer["changed"] == 1
    assert len(await home.published()) == 1


async def test_one_row_twice_in_a_file_is_refused_once(staff: httpx.AsyncClient) -> None:
    answer = await sent(staff, "Nom;Commune\nAtelier;Rodez\nAtelier;Toulouse\nAtelier;rodez\n")

    assert (answer["created"], answer["refused"]) == (2, 1)
    assert answer["errors"][0]["row"] == 4


async def test_memberships_are_dated_and_a_new_union_ends_the_old_one(
    staff: httpx.AsyncClient,
) -> None:
    head = "Nom;Union;Fédérations;Date d'adhésion\n"
    await sent(staff, head + "Atelier;auvergne;scop-btp (2013-05-01);01/02/2012\n")

    moved = await sent(
        staff, head + "Atelier;midi-pyrenees (01/01/2015);scop-btp, scop-industrie;\n"
    )

    assert moved["changed"] == 1
    shown = (await listed(staff))["Atelier"]
    assert [(one["owner"], one["since"], one["until"]) for one in shown["links"]] == [
        ("scop-industrie", "2012-02-01", None),
        ("auvergne", "2012-02-01", "2015-01-01"),
        ("scop-btp", "2013-05-01", None),
        ("midi-pyrenees", "2015-01-01", None),
    ]


async def test_two_imports_of_one_file_at_once_create_everything_once(
    home: Directory, staff: httpx.AsyncClient
) -> None:
    answers = await asyncio.gather(*(sent(staff, SHEET) for _ in range(3)))

    assert sum(answer["created"] for answer in answers) == 3
    assert sum(answer["unchanged"] for answer in answers) == 6
    assert len(await home.published()) == 3


async def test_sirens_may_change_places_between_rows(staff: httpx.AsyncClient) -> None:
    await sent(staff, "Nom;SIREN\nUn;552032534\nDeux;732829320\n")
    known = await listed(staff)
    ids = [known["Un"]["id"], known["Deux"]["id"]]

    answer = await sent(
        staff, f"Identifiant;Nom;SIREN\n{ids[0]};Un;356000000\n{ids[1]};Deux;552032534\n"
    )

    assert answer["changed"] == 2
    assert (await listed(staff))["Deux"]["siren"] == "552032534"


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "empty"),
        (b"\x00\x00", "empty"),
        (b"PK\x03\x04rest", "workbook"),
        (b"Prix;Date\n1;2\n", "Raison sociale"),
        (b"Nom;Name\n1;2\n", "say the same"),
        (b"Nom\n" + b"x\n" * 20_001, "20000 rows"),
        (b'Nom\n"' + b"x" * 200_000, "no readable CSV"),
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


async def test_strange_cells_are_refused_and_break_nothing(staff: httpx.AsyncClient) -> None:
    answer = await sent(
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


async def test_only_staff_of_this_instance_import(home: Directory) -> None:
    async with home.client(owner="auvergne") as client:
        answer = await client.post("/organisations/import", content=SHEET, headers=CSV)

    assert answer.status_code == 403


async def test_the_greatest_file_is_imported_in_a_few_seconds(
    home: Directory, staff: httpx.AsyncClient
) -> None:
    rows = "".join(
        f"Coopérative {number};Scop;Toulouse;31000;{number % 90}\n" for number in range(20_000)
    )
    sheet = f"Nom;Statut;Commune;Code postal;Effectif\n{rows}"
    loop = asyncio.get_running_loop()

    started = loop.time()
    answer = await sent(staff, sheet, "cp1252")
    took = loop.time() - started

    assert answer["created"] == 20_000
    assert took < 30
    assert len(await home.versions()) == 20_000

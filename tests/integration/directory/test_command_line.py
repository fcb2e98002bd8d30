from pathlib import Path

import httpx
import pytest
from click.testing import Result

from intercoop_directory.main import main
from testkit.commands import run_command
from testkit.directory_service import DirectoryService


@pytest.fixture
def environment(home: DirectoryService) -> dict[str, str]:
    return {
        "INTERCOOP_NETWORK": "test",
        "INTERCOOP_OWNER": home.owner,
        "INTERCOOP_DATABASE": home.dsn,
        "INTERCOOP_KAFKA": "localhost:1",
        "INTERCOOP_LOG_LEVEL": "error",
    }


async def run(environment: dict[str, str], *arguments: str) -> Result:
    return await run_command(main, arguments, environment)


async def test_a_file_is_imported_and_refused_rows_are_written_out(
    environment: dict[str, str], staff: httpx.AsyncClient, tmp_path: Path
) -> None:
    sheet, rejected = tmp_path / "liste.csv", tmp_path / "refus.csv"
    sheet.write_text("Nom;SIREN\nAtelier;552032534\nFaux;552032535\n", encoding="cp1252")

    done = await run(environment, "import", str(sheet), "--rejected", str(rejected))

    assert done.exit_code == 0, done.output
    assert "2 lignes : 1 créées, 0 modifiées, 0 inchangées, 1 refusées" in done.output
    assert "ligne 3, SIREN « 552032535 »" in done.output
    assert "Faux;552032535" in rejected.read_text(encoding="utf-8")
    assert len((await staff.get("/organisations")).json()["items"]) == 1


async def test_a_file_that_is_no_spreadsheet_ends_in_a_sentence(
    environment: dict[str, str], tmp_path: Path
) -> None:
    sheet = tmp_path / "liste.xlsx"
    sheet.write_bytes(b"PK\x03\x04")

    done = await run(environment, "import", str(sheet))

    assert done.exit_code == 1
    assert "workbook" in done.output
    assert "Traceback" not in done.output


async def test_communes_are_loaded_from_a_file(environment: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "communes.csv"
    file.write_text(
        "code_insee,nom,departement,region,epci,population,codes_postaux,lat,lon\n"
        "31555,Toulouse,31,76,243100518,514819,31000 31100,43.59611,1.43196\n",
        encoding="utf-8",
    )

    done = await run(environment, "communes", "load", str(file))

    assert done.exit_code == 0, done.output
    assert done.output.startswith("1 communes, ")


async def test_a_file_of_other_headings_is_refused_with_its_row(
    environment: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "communes.csv"
    file.write_text("code,name\n31555,Toulouse\n", encoding="utf-8")

    done = await run(environment, "communes", "load", str(file))

    assert done.exit_code == 1
    assert "row 2" in done.output


async def test_a_dry_run_says_what_would_come_and_in_which_encoding(
    environment: dict[str, str], staff: httpx.AsyncClient, tmp_path: Path
) -> None:
    sheet = tmp_path / "liste.csv"
    sheet.write_text("Nom;SIREN\nAtelier de l'Été;552032534\n", encoding="cp850")

    shown = await run(environment, "import", str(sheet), "--dry-run")

    assert "1 lignes : 1 créées" in shown.output
    assert "cp850" in shown.output
    assert (await staff.get("/organisations")).json()["items"] == []

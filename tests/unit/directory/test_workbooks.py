"""Workbooks: what a sheet's cells say as texts, and what is refused before it is read."""

import io
import zipfile

import pytest

from intercoop_chassis.refusals import Refusal
from intercoop_directory.imports.domain.files.sources import SheetRows
from intercoop_directory.imports.domain.files.workbook import is_workbook, read_workbook
from intercoop_directory.imports.domain.table import open_table
from testkit.workbooks import workbook


def test_cells_are_said_as_people_write_them() -> None:
    rows = read_workbook(
        workbook([["Raison sociale", "SIREN", "Effectif", "CAE"], ["L'Œuf", 552032534, 7.5, True]])
    )

    assert isinstance(rows, SheetRows)
    assert rows.rows == (
        ("Raison sociale", "SIREN", "Effectif", "CAE"),
        ("L'Œuf", "552032534", "7.5", "oui"),
    )


def test_rows_have_the_numbers_that_the_spreadsheet_shows() -> None:
    rows = read_workbook(workbook([[], ["Liste"], ["Nom", "Ville"], [], ["Un", "Rodez"]]))

    assert isinstance(rows, SheetRows)
    table = open_table(rows)
    assert not isinstance(table, Refusal)
    assert [line.number for line in table.lines] == [5]
    assert table.columns == {"name": 0, "commune.name": 1}


@pytest.mark.parametrize(
    "far",
    [
        '<row r="9"><c r="XFD1048576"><v>1</v></c></row>',
        "<row r='9'><c r='XFD1048576'><v>1</v></c></row>",
        '<x:row r="9"><x:c s="1" r="A200001"><x:v>1</x:v></x:c></x:row>',
        '<row r="9"><c r="ALM5001"><v>1</v></c></row>',
        '<row r="1048576"><c><v>1</v></c></row>',
        '<row r="9"><c r="&#88;FD9"><v>1</v></c></row>',
    ],
)
def test_a_cell_far_away_from_the_others_is_refused_before_it_is_read(far: str) -> None:
    refusal = read_workbook(workbook([["Nom"]], more=far))

    assert isinstance(refusal, Refusal)
    assert "loin" in refusal.reason.fr


def test_an_archive_that_unpacks_to_more_than_any_list_is_refused() -> None:
    refusal = read_workbook(workbook([["Nom"]], padding=201_000_000))

    assert isinstance(refusal, Refusal)


def test_what_is_no_workbook_is_none_and_a_broken_one_is_said() -> None:
    whole = workbook([["Nom"], ["Un"]])

    assert not is_workbook(b"Nom;Ville")
    assert not is_workbook(whole[:40])
    broken = io.BytesIO()
    with zipfile.ZipFile(broken, "w") as archive:
        archive.writestr("xl/workbook.xml", "<no")
    assert is_workbook(broken.getvalue())
    assert isinstance(read_workbook(broken.getvalue()), Refusal)

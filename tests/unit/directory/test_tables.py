import csv
import io

import pytest
from hypothesis import given, strategies as st

from intercoop_chassis.refusals import Refusal
from intercoop_directory.imports.domain.columns import COLUMNS, field_of_heading
from intercoop_directory.imports.domain.table import Table, read_table


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Raison sociale", "name"),
        (" RAISON SOCIALE * ", "name"),
        ("Dénomination", "name"),
        ("N° SIREN", "siren"),
        ("Effectif (ETP)", "headcount"),
        ("E-mail", "contact.email"),
        ("Mél", "contact.email"),
        ("Date d\u2019adhésion", "joined"),
        ("Code postal", "commune.postcode"),
        ("denominationUniteLegale", "name"),
        ("Remarques", None),
        ("", None),
    ],
)
def test_a_heading_is_understood_however_it_is_spelt(heading: str, field: str | None) -> None:
    assert field_of_heading(heading) == field


def test_every_column_is_understood_by_the_heading_that_exports_write() -> None:
    assert [field_of_heading(column.heading) for column in COLUMNS] == [
        column.field for column in COLUMNS
    ]


def test_titles_above_the_headings_and_blank_rows_are_passed_over() -> None:
    table = read_table("Liste 2016\n\nNom;Ville\n\nUn;Rodez\n;\nDeux;Albi\n")

    assert isinstance(table, Table)
    assert [(line.number, line.cells[0]) for line in table.lines] == [(5, "Un"), (7, "Deux")]
    assert table.columns == {"name": 0, "commune.name": 1}


@pytest.mark.parametrize(
    "text",
    ["a;b\n1;2\n", "Nom;Name\n", "Nom\n" + "x\n" * 20_001, '"Nom;Ville\nUn;Rodez\n'],
)
def test_what_is_no_table_is_refused_as_a_whole(text: str) -> None:
    refusal = read_table(text)

    assert isinstance(refusal, Refusal)
    assert refusal.field == "file"


CELLS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=12)


@given(
    st.lists(st.tuples(CELLS.filter(str.strip), CELLS), min_size=1, max_size=8),
    st.sampled_from(";,\t|"),
)
def test_cells_are_read_as_a_spreadsheet_wrote_them(
    rows: list[tuple[str, str]], separator: str
) -> None:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=separator).writerows([("Raison sociale", "Ville"), *rows])

    table = read_table(buffer.getvalue())

    assert isinstance(table, Table)
    assert table.separator == separator
    assert [line.cells for line in table.lines] == rows


@given(st.text(max_size=300))
def test_whatever_the_text_there_is_an_answer(text: str) -> None:
    assert isinstance(read_table(text), Table | Refusal)

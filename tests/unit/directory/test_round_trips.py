"""What leaves comes back as it was, however often, and through whatever spreadsheets do to it."""

import csv
from collections.abc import Sequence
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given, settings, strategies as st

from intercoop_contracts.directory import Form, LinkKind, Statute
from intercoop_directory.communes.domain import Commune, Gazetteer, Place
from intercoop_directory.contact import Contact
from intercoop_directory.imports.domain.plan import ImportBasis, ImportPlan, make_plan
from intercoop_directory.imports.domain.reading import read_rows
from intercoop_directory.imports.domain.table import Table, read_table
from intercoop_directory.imports.domain.writing import export_heading, export_lines, rejected_csv
from intercoop_directory.organisations.domain.known import KnownOrganisation
from intercoop_directory.organisations.domain.links import Link
from intercoop_directory.organisations.domain.organisation import (
    Organisation,
    OrganisationRecord,
    examine,
)
from intercoop_directory.organisations.domain.views import organisation_view
from testkit.spreadsheet_programs import SPREADSHEETS, Spreadsheet, rows_of, written

BOURG = Commune("01053", "Bourg-en-Bresse", "01", "84", None, 41_000, ("01000",), 46.2, 5.22)
ALBI = Commune("81004", "Albi", "81", "76", None, 50_000, ("81000", "81990"), 43.93, 2.15)
COMMUNES = Gazetteer([BOURG, ALBI])
PLACES = [
    None,
    Place("01053", "Bourg-en-Bresse", "01", "01000", None, 46.2, 5.22),
    Place("01053", "Bourg-en-Bresse", "01", "01009", None, 46.2, 5.22),
    Place("81004", "Albi", "81", None, None, 43.93, 2.15),
    Place("81004", "Albi", "81", "81990", None, 43.93, 2.15),
]
HURTING = [
    *("007", "0", "1e5", "1E-3", "12,5", "1 200", "50 %", "3/4", "10-12", "4 septembre", "mai 68"),
    *(
        "12/03/2015",
        "VRAI",
        "false",
        "Total",
        "ND",
        "[ND]",
        "N/A",
        "null",
        "néant",
        "#N/A",
        "#REF!",
    ),
    *(
        "=1+1",
        "+33",
        "-1",
        "@home",
        "'=x",
        "''+",
        "'",
        "'007",
        '="x"',
        '="="',
        '"',
        '""x',
        'a "b" c',
    ),
    *("a;b", "a,b", "a|b", "=a;b", "Nom", "Raison sociale", "M. Exemple", "oui", "À corriger"),
    *("Source : x", "Liste au 1/1/2016", "œuvre", "½", "Été", "#", "?", "-", "--", "1.000", "0,0"),
]
TEXTS = st.sampled_from(HURTING) | st.text(
    st.characters(codec="utf-8", exclude_characters="\ufffd"), min_size=1, max_size=12
)
DIGITS = st.text("0123456789", min_size=4, max_size=12)
PHONES = st.sampled_from(
    [
        *("0561000000", "05 61 00 00 00", "05.61.00.00.00", "+33561000000", "+33 5 61 00 00 00"),
        *("0033561000000", "5610000001", "3639", "01-02-2003", "0000", "561000000"),
    ]
)
RECORDS = st.builds(
    OrganisationRecord,
    name=TEXTS,
    acronym=st.none() | TEXTS,
    siren=st.sampled_from([None, "000123455", "552032534", "000000018", "005520135"]),
    statute=st.sampled_from(Statute),
    form=st.none() | st.sampled_from(Form),
    trade=st.sampled_from([None, "43.32A", "01.11Z"]),
    headcount=st.none() | st.sampled_from([0, 7, 1000, 1200, 1_000_000]) | st.integers(0, 10**6),
    place=st.sampled_from(PLACES),
    contact=st.builds(
        Contact,
        st.sampled_from([None, "a@b.coop"]),
        st.none() | PHONES | DIGITS | DIGITS.map(lambda digits: f"+{digits}"),
        st.sampled_from([None, "https://a.coop"]),
    ),
    expertise=st.lists(TEXTS, max_size=3).map(tuple),
    links=st.sampled_from(
        [
            (),
            (
                Link(LinkKind.UNION, "auvergne", date(2010, 1, 1), date(2012, 1, 1)),
                Link(LinkKind.FEDERATION, "scop-btp", date(2011, 1, 1)),
                Link(LinkKind.UNION, "midi-pyrenees", date(2012, 1, 1)),
            ),
        ]
    ),
    joined=st.sampled_from([None, date(2012, 3, 4), date(2015, 12, 31), date(1899, 12, 30)]),
    is_sample=st.booleans(),
)
TODAY = date(2016, 11, 23)
SAID_AT = datetime(2016, 11, 23, tzinfo=UTC)


def table_of(text: str) -> Table:
    table = read_table(text.removeprefix("\ufeff"))
    assert isinstance(table, Table), table
    return table


def planned(text: str, known: Sequence[Organisation]) -> ImportPlan:
    wishes = read_rows(table_of(text))
    ids = [UUID(int=1000 + number) for number in range(len(wishes))]
    return make_plan(wishes, known, ImportBasis("midi-pyrenees", {}, COMMUNES.resolve, ids))


def kept(records: Sequence[OrganisationRecord]) -> list[Organisation]:
    """As a directory would have them: tidied, a SIREN once."""
    examined = [one for record in records if isinstance(one := examine(record), OrganisationRecord)]
    sirens: set[str] = set()
    found: list[Organisation] = []
    for record in examined:
        if record.siren not in sirens:
            found.append(Organisation(UUID(int=len(found) + 1), 1, record))
        if record.siren:
            sirens.add(record.siren)
    return found


def exported(known: Sequence[Organisation]) -> str:
    views = (
        KnownOrganisation(one.id, "midi-pyrenees", SAID_AT, organisation_view(one.record), 1)
        for one in known
    )
    return export_heading() + export_lines(views, TODAY)


@settings(max_examples=1500)
@given(
    st.lists(RECORDS, max_size=4),
    st.lists(st.sampled_from(SPREADSHEETS), min_size=1, max_size=3),
    st.sampled_from(";,\t|"),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
def test_an_export_that_spreadsheets_have_saved_changes_nothing(
    records: list[OrganisationRecord],
    spreadsheets: list[Spreadsheet],
    separator: str,
    quoting: int,
) -> None:
    known = kept(records)
    rows = rows_of(exported(known))
    for spreadsheet in spreadsheets:
        rows = [rows[0], *([spreadsheet(cell) for cell in row] for row in rows[1:])]

    plan = planned(written(rows, separator, quoting), known)

    assert plan.errors == []
    assert plan.changed == []
    assert plan.unchanged == len(known)


HEADINGS = ["Raison sociale", "Sigle", "Remarques", "Code commune", "Téléphone", "Effectif"]
CELLS = st.one_of(
    TEXTS,
    st.sampled_from(['="01053"', '="=1"', "'@robase", "'+33 5 61 00 00 00", "01053", "", "\tx"]),
    st.text(max_size=8),
)


@settings(max_examples=1000)
@given(st.lists(st.tuples(*[CELLS] * len(HEADINGS)), min_size=1, max_size=4), st.integers(1, 4))
def test_refused_rows_come_back_the_same_however_often_they_are_sent(
    rows: list[tuple[str, ...]], times: int
) -> None:
    sheet = written([HEADINGS, *([*row[:-1], "douze"] for row in rows)], ";", csv.QUOTE_MINIMAL)
    plan = planned(sheet, [])
    first = rejected_csv(table_of(sheet), plan.errors)

    again = first
    for _ in range(times):
        again = rejected_csv(table_of(again), planned(again, []).errors)

    assert rows_of(again) == rows_of(first)
    assert rows_of(first)[0] == [*HEADINGS, "À corriger"]


@settings(max_examples=1000)
@given(st.lists(RECORDS, min_size=1, max_size=4), st.integers(0, 3))
def test_refused_rows_that_are_corrected_say_what_they_said(
    records: list[OrganisationRecord], times: int
) -> None:
    known = kept(records)
    rows = rows_of(exported(known))
    headcount = rows[0].index("Effectif")
    wrong = [rows[0], *([*row[:headcount], "douze", *row[headcount + 1 :]] for row in rows[1:])]

    sent = written(wrong, ";", csv.QUOTE_MINIMAL)
    for _ in range(times + 1):
        sent = rejected_csv(table_of(sent), planned(sent, known).errors)
    corrected = [[cell if cell != "douze" else "" for cell in row] for row in rows_of(sent)]
    plan = planned(written(corrected, ";", csv.QUOTE_MINIMAL), known)

    assert plan.errors == []
    assert plan.unchanged == len(known)


def test_a_row_with_too_many_cells_stays_as_wide() -> None:
    sheet = "Nom;Ville\nUn;Albi;trop;encore\n"
    first = rejected_csv(table_of(sheet), planned(sheet, []).errors)

    again = rejected_csv(table_of(first), planned(first, []).errors)

    assert rows_of(first)[1][:2] == ["Un", "Albi"]
    assert rows_of(first)[1][3:] == ["trop", "encore"]
    assert rows_of(again) == rows_of(first)


def test_columns_of_remarks_of_older_files_are_given_up() -> None:
    sheet = "Nom;Effectif;À corriger;À corriger\nUn;douze;Effectif : faux;Effectif : faux\n"

    given_back = rejected_csv(table_of(sheet), planned(sheet, []).errors)

    assert rows_of(given_back)[0] == ["Nom", "Effectif", "À corriger"]


@pytest.mark.parametrize(
    ("cell", "siren"), [("5,52E+08", "552032534"), ("123455", "000123455"), ("18", "000000018")]
)
def test_what_a_spreadsheet_made_of_a_known_siren_leaves_it(cell: str, siren: str) -> None:
    known = kept([OrganisationRecord("Un", siren=siren)])

    plan = planned(f"Identifiant;Nom;SIREN\n{known[0].id};Un;{cell}\n", known)

    assert (plan.errors, plan.unchanged) == ([], 1)


def test_a_known_number_that_is_corrected_is_changed() -> None:
    known = kept([OrganisationRecord("Un", contact=Contact(phone="0561000000"), headcount=7)])

    plan = planned("Nom;Téléphone;Effectif\nUn;562000000;8\n", known)

    [changed] = plan.changed
    assert changed.after.record.contact.phone == "0562000000"
    assert changed.after.record.headcount == 8


def test_a_day_that_is_the_known_one_with_its_month_first_is_refused() -> None:
    known = kept([OrganisationRecord("Un", joined=date(2012, 3, 4))])

    [error] = planned("Nom;Date d'adhésion\nUn;03/04/2012\n", known).errors

    assert "deux jours" in error.reason.fr

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given, settings, strategies as st

from intercoop_contracts.directory import Form, Kind, LinkKind, Statute
from intercoop_directory.imports.domain.files.protection import as_text, clean
from intercoop_directory.imports.domain.values import cells, dates, numbers, postal, words
from intercoop_directory.imports.domain.values.cells import LinkWish
from intercoop_directory.imports.domain.values.faults import CellFault
from intercoop_directory.imports.domain.values.words import LegalWords


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("  a  b ", "a b"),
        ("'+33 5", "+33 5"),
        ("''=x", "'=x"),
        ("'til", "'til"),
        ('="000123455"', "000123455"),
        ('="Le ""Bois"""', 'Le "Bois"'),
        ("'007", "007"),
        ("'3/4", "3/4"),
        ("a\x00b", "a\ufffdb"),
    ],
)
def test_a_cell_is_freed_of_what_spreadsheets_put_around_it(cell: str, text: str) -> None:
    assert clean(cell) == text


@pytest.mark.parametrize(
    "cell",
    [
        "31/12/2015",
        "31-12-2015",
        "31.12.2015",
        "2015-12-31",
        "2015-12-31 00:00:00",
        "31/12/2015 00:00",
        "2015-12-31T00:00:00",
        "31 décembre 2015",
        "31 déc. 2015",
        "jeudi 31 décembre 2015",
        "31-Dec-2015",
        "December 31, 2015",
        "31st of December 2015",
    ],
)
def test_a_day_is_read_in_the_usual_ways(cell: str) -> None:
    assert dates.day(cell) == date(2015, 12, 31)


def test_the_first_of_a_month_is_read() -> None:
    assert dates.day("1er mars 2012") == date(2012, 3, 1)


@pytest.mark.parametrize(
    ("cell", "word"),
    [
        ("31/12/15", "siècles"),
        ("15-12-31", "siècles"),
        ("12/31/2015", "mois"),
        ("30/02/2015", "n'est pas une date"),
        ("42369", "nombre de jours"),
        ("42369,5", "nombre de jours"),
        ("00/01/1900", "zéro"),
        ("2015", "n'est pas une date"),
        ("décembre 2015", "n'est pas une date"),
        ("2015-12-31 14:30", "n'est pas une date"),
        ("0000-00-00", "n'est pas une date"),
        ("hier", "n'est pas une date"),
    ],
)
def test_what_may_be_another_day_is_refused_with_its_reason(cell: str, word: str) -> None:
    day = dates.day(cell)

    assert isinstance(day, CellFault)
    assert word in day.reason.fr


@pytest.mark.parametrize(
    ("cell", "count"),
    [
        ("12", 12),
        ("0", 0),
        ("12,0", 12),
        ("12.00", 12),
        ("1 200", 1200),
        ("1\u202f200", 1200),
        ("1\u00a0200", 1200),
        ("1\u2009200", 1200),
        ("1.000", 1000),
        ("1.200", 1200),
        ("1.000.000", 1_000_000),
        ("1,000,000", 1_000_000),
        ("1,200.00", 1200),
        ("1.200,0", 1200),
        ("1 200,00", 1200),
        ("1'200", 1200),
        ("1,2E+01", 12),
        ("1000.000", 1000),
    ],
)
def test_a_whole_number_is_read(cell: str, count: int) -> None:
    assert numbers.whole_number(clean(cell)) == count


@pytest.mark.parametrize(
    "cell",
    [
        "12,5",
        "-1",
        "douze",
        "٣",
        "9" * 30,
        "1 2",
        "12 00",
        "1,200",
        "1,000",
        "10-20",
        "~12",
        "1E+03",
    ],
)
def test_what_is_no_whole_number_or_may_be_two_is_refused(cell: str) -> None:
    assert isinstance(numbers.whole_number(clean(cell)), CellFault)


@pytest.mark.parametrize(
    ("cell", "phone"),
    [
        ("561000000", "0561000000"),
        ("561000000.0", "0561000000"),
        ("561000000,00", "0561000000"),
        ("5 61 00 00 00", "05 61 00 00 00"),
        ("5,61000001E+08", "0561000001"),
        ("33561000000", "+33561000000"),
        ("33 5 61 00 00 00", "+33 5 61 00 00 00"),
        ("05 61 00 00 00", "05 61 00 00 00"),
        ("+32 2 000 00 00", "+32 2 000 00 00"),
        ("0033561000000", "0033561000000"),
        ("3639", "3639"),
    ],
)
def test_a_telephone_number_has_its_zero_or_plus_again(cell: str, phone: str) -> None:
    assert numbers.phone(cell) == phone


@pytest.mark.parametrize("cell", ["5,61E+08", "5.61E8", "5610000001", "3,36E+10"])
def test_a_telephone_number_that_lost_digits_is_refused(cell: str) -> None:
    assert isinstance(numbers.phone(cell), CellFault)


@pytest.mark.parametrize(
    ("cell", "siren"),
    [
        ("123455", "000123455"),
        ("552032534.0", "552032534"),
        ("5,52032534E+08", "552032534"),
        ("552 032 534", "552032534"),
        ("552-032-534", "552032534"),
        ("123456", "123456"),
        ("18", "18"),
        ("55203253", "55203253"),
    ],
)
def test_a_siren_has_its_zeros_again_where_its_check_digit_says_so(cell: str, siren: str) -> None:
    assert numbers.siren(cell) == siren


@pytest.mark.parametrize(
    ("read", "cell", "code"),
    [
        (postal.postcode, "1000", "01000"),
        (postal.postcode, "31000.0", "31000"),
        (postal.postcode, "31 000", "31000"),
        (postal.postcode, "F-31000", "31000"),
        (postal.postcode, "31000 CEDEX 9", "31000"),
        (postal.commune_code, "1053", "01053"),
        (postal.commune_code, "2a004", "2A004"),
        (postal.commune_code, "31 555", "31555"),
        (postal.departement, "1", "01"),
        (postal.departement, "031", "31"),
        (postal.departement, "31.0", "31"),
        (postal.departement, "2a", "2A"),
        (postal.departement, "974", "974"),
        (postal.departement, "Haute-Garonne", "Haute-Garonne"),
    ],
)
def test_a_code_of_a_place_has_its_zero_again(
    read: Callable[[str], str | CellFault], cell: str, code: str
) -> None:
    assert read(cell) == code


@pytest.mark.parametrize("read", [postal.postcode, postal.commune_code])
@pytest.mark.parametrize("cell", ["100", "1", "310001", "3,1E+04", "Toulouse"])
def test_a_code_of_a_place_that_may_be_several_is_refused(
    read: Callable[[str], str | CellFault], cell: str
) -> None:
    assert isinstance(read(cell), CellFault)


@pytest.mark.parametrize(
    ("cell", "statute", "form"),
    [
        ("SCOP ARL", Statute.SCOP, Form.SARL),
        ("S.A.R.L.", None, Form.SARL),
        ("S.A.R.L. Scop", Statute.SCOP, Form.SARL),
        ("Scop S.A.", Statute.SCOP, Form.SA),
        ("S.A. à capital variable", None, Form.SA),
        ("S A S", None, Form.SAS),
        ("S.C.O.P. - S.A.S.", Statute.SCOP, Form.SAS),
        ("Sàrl coopérative", None, Form.SARL),
        ("SCOP (SARL)", Statute.SCOP, Form.SARL),
        ("Société coopérative d'intérêt collectif", Statute.SCIC, None),
        ("SCIC SA à conseil d'administration", Statute.SCIC, Form.SA),
        ("Coopérative loi 1947", Statute.LOI47, None),
        ("Société coopérative de production à responsabilité limitée", Statute.SCOP, Form.SARL),
        ("Société coopérative et participative par actions simplifiée", Statute.SCOP, Form.SAS),
    ],
)
def test_legal_forms_are_understood_as_people_write_them(
    cell: str, statute: Statute | None, form: Form | None
) -> None:
    assert words.legal(cell, words.WRITE_FORM) == LegalWords(statute, form)


@pytest.mark.parametrize(
    "cell",
    [
        "association",
        "non Scop",
        "ex-Scop",
        "Scop ou Scic",
        "SA SARL",
        "EURL",
        "Scop EURL",
        "Scop SNC",
    ],
)
def test_a_legal_form_that_is_not_understood_whole_is_refused(cell: str) -> None:
    assert isinstance(words.legal(cell, words.WRITE_FORM), CellFault)


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("Fédération", Kind.FEDERATION),
        ("Coopérative d'activité et d'emploi", Kind.COOPERATIVE),
        ("Union régionale des coopératives", Kind.UNION),
        ("Projet de coopérative", Kind.PROJECT),
    ],
)
def test_a_kind_is_understood(cell: str, kind: Kind) -> None:
    assert words.kind(cell) is kind


@pytest.mark.parametrize("cell", ["Coopérative en projet", "pas une coopérative", "association"])
def test_a_kind_that_may_be_two_is_refused(cell: str) -> None:
    assert isinstance(words.kind(cell), CellFault)


def test_yes_and_no_are_read() -> None:
    assert cells.yes_no("Oui") is True
    assert cells.yes_no("X") is True
    assert cells.yes_no("non") is False
    assert isinstance(cells.yes_no("peut-être"), CellFault)


def test_memberships_may_carry_their_date() -> None:
    read = cells.link_wishes(LinkKind.FEDERATION)

    assert read("scop-btp (31/01/2015), scop-industrie") == (
        LinkWish(LinkKind.FEDERATION, "scop-btp", date(2015, 1, 31)),
        LinkWish(LinkKind.FEDERATION, "scop-industrie"),
    )
    assert isinstance(read("scop-btp (31/02/2015)"), CellFault)
    assert isinstance(read("Fédération du BTP"), CellFault)


@given(st.text(max_size=40))
def test_whatever_a_cell_holds_there_is_an_answer(text: str) -> None:
    cell = clean(text)
    for read in (dates.day, numbers.whole_number, numbers.phone, numbers.siret, words.kind):
        read(cell)
    for read in (cells.yes_no, cells.identifier, postal.postcode, postal.commune_code):
        read(cell)
    numbers.siren(cell)
    postal.departement(cell)
    words.legal(cell, words.WRITE_FORM)
    cells.link_wishes(LinkKind.UNION)(cell)


@settings(max_examples=1000)
@given(st.text(max_size=20) | st.from_regex(r"'*[=+@-]?\"?[0-9]{1,9}([.,/-][0-9]{1,3}){0,2}\"?"))
def test_what_protects_a_text_is_taken_away_again(text: str) -> None:
    assert clean(as_text(clean(text))) == clean(text)

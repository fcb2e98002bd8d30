from datetime import date

import pytest
from hypothesis import given, strategies as st

from intercoop_contracts.directory import Form, Kind, LinkKind, Statute
from intercoop_directory.imports.domain import cells
from intercoop_directory.imports.domain.cells import CellFault, LinkWish, clean


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("  a  b ", "a b"),
        ("'+33 5", "+33 5"),
        ("''=x", "'=x"),
        ("'til", "'til"),
        ('="000123455"', "000123455"),
        ("a\x00b", "a\ufffdb"),
    ],
)
def test_a_cell_is_freed_of_what_spreadsheets_put_around_it(cell: str, text: str) -> None:
    assert clean(cell) == text


@pytest.mark.parametrize(
    "cell", ["31/12/2015", "31-12-2015", "31.12.2015", "2015-12-31", "2015-12-31 00:00:00"]
)
def test_a_day_is_read_in_the_usual_ways(cell: str) -> None:
    assert cells.day(cell) == date(2015, 12, 31)


@pytest.mark.parametrize("cell", ["31/12/15", "12/31/2015", "30/02/2015", "42369", "hier"])
def test_what_may_be_another_day_is_refused(cell: str) -> None:
    assert isinstance(cells.day(cell), CellFault)


@pytest.mark.parametrize(("cell", "count"), [("12", 12), ("1 200", 1200), ("12,0", 12), ("0", 0)])
def test_a_whole_number_is_read(cell: str, count: int) -> None:
    assert cells.whole_number(cell) == count


@pytest.mark.parametrize("cell", ["12,5", "-1", "douze", "٣", "9" * 30])
def test_what_is_no_whole_number_is_refused(cell: str) -> None:
    assert isinstance(cells.whole_number(cell), CellFault)


def test_words_are_found_in_what_people_write() -> None:
    assert cells.statute("SCOP ARL") is Statute.SCOP
    assert cells.statute("Société coopérative d'intérêt collectif") is Statute.SCIC
    assert cells.statute("Coopérative loi 1947") is Statute.LOI47
    assert cells.form("Scop S.A.R.L.") is not Form.SA
    assert cells.form("SCOP SARL") is Form.SARL
    assert cells.kind("Fédération") is Kind.FEDERATION
    assert cells.yes_no("Oui") is True
    assert cells.yes_no("X") is True
    assert cells.yes_no("non") is False
    assert isinstance(cells.yes_no("peut-être"), CellFault)
    assert isinstance(cells.statute("association"), CellFault)


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
    for read in (cells.day, cells.whole_number, cells.yes_no, cells.siret, cells.identifier):
        read(cell)
    for choose in (cells.kind, cells.statute, cells.form):
        choose(cell)
    cells.link_wishes(LinkKind.UNION)(cell)

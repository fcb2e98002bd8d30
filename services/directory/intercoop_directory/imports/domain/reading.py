"""Reads the rows of a table: what each asks for, and what is wrong with it whatever is known."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from typing import Final, TypeVar

from intercoop_chassis.refusals import Refusal, Sentence
from intercoop_directory.imports.domain import other_rows
from intercoop_directory.imports.domain.columns import COLUMNS, LINKS, field_of_heading
from intercoop_directory.imports.domain.edits import Edit
from intercoop_directory.imports.domain.files.french import is_garbled
from intercoop_directory.imports.domain.files.lines import Doubt, Line
from intercoop_directory.imports.domain.files.protection import UNREADABLE, clean
from intercoop_directory.imports.domain.places import doubled_places, place_name
from intercoop_directory.imports.domain.rows import MAX_SHOWN, RowError, RowWish
from intercoop_directory.imports.domain.table import Table
from intercoop_directory.imports.domain.values import absent, cells, dates, numbers, postal, words
from intercoop_directory.imports.domain.values.faults import CellFault

T = TypeVar("T")

_DAYS: Final = ("joined", "left")
_PLACES: Final[Mapping[str, Callable[[str], str | CellFault]]] = {
    "commune.code": postal.commune_code,
    "commune.postcode": postal.postcode,
    "commune.departement": postal.departement,
}
_MAY_BE_ERRORS: Final = ("name", "acronym", "expertise")
"""Their edits know whether a word that looks like a spreadsheet's error is their value."""


def read_rows(table: Table, among: Collection[int] | None = None) -> tuple[RowWish, ...]:
    """What each row asks for, or those with these numbers; the others still say how days go."""
    headings = {field: table.headings[place].strip() for field, place in table.columns.items()}

    def wish(line: Line) -> RowWish:
        return RowWish(line, _said(table, line), headings)

    american = _month_first(table, wish)
    lines = (line for line in table.lines if among is None or line.number in among)
    return tuple(_read(table, wish(line), american) for line in lines)


def _said(table: Table, line: Line) -> dict[str, str]:
    """The cells that say something, by field."""
    found = (
        (field, clean(line.cells[place]))
        for field, place in table.columns.items()
        if place < len(line.cells)
    )
    return {field: text for field, text in found if text and not absent.says_nothing(field, text)}


def _month_first(table: Table, wish: Callable[[Line], RowWish]) -> dict[str, RowWish]:
    """Of each column of days the first row whose day has its month first."""
    found = {
        field: next(
            (
                line
                for line in table.lines
                if place < len(line.cells) and dates.is_month_first(clean(line.cells[place]))
            ),
            None,
        )
        for field, place in table.columns.items()
        if field in _DAYS
    }
    return {field: wish(line) for field, line in found.items() if line}


def _read(table: Table, wish: RowWish, american: Mapping[str, RowWish]) -> RowWish:
    if wish.line.doubt:
        return replace(wish, is_none=True, errors=(_doubtful(table, wish.line, wish.line.doubt),))
    if fault := _no_organisation(wish):
        return replace(wish, is_none=True, errors=(wish.error("name", fault.reason, fault.remedy),))
    reading = _Reading(wish, american)
    reading.check_shape(len(table.headings))
    reading.check_sense()
    places = reading.places()
    return replace(
        wish,
        edits=tuple(reading.edits()),
        id=reading.value("id", cells.identifier),
        links=tuple(link for field in LINKS for link in reading.value(field, LINKS[field]) or ()),
        place_name=place_name(places) if places else None,
        errors=tuple(reading.errors),
    )


def _no_organisation(wish: RowWish) -> CellFault | None:
    """Why a row is about none: its cells are the headings again, or its name is a total's."""
    said = wish.cells
    are_headings = all(field_of_heading(cell) == field for field, cell in said.items())
    if are_headings and (len(said) > 1 or wish.name == wish.headings["name"]):
        return other_rows.REPEATED_HEADINGS
    is_identified = any(field in said for field in ("id", "siren", "siret"))
    return None if is_identified else other_rows.no_organisation(wish.name)


class _Reading:
    """Reads the cells of one row and gathers what is wrong with them."""

    def __init__(self, wish: RowWish, american: Mapping[str, RowWish]) -> None:
        self.wish = wish
        self.errors: list[RowError] = []
        self._american = american
        self._unread: set[str] = set()
        """Fields whose cells are no text or no value."""

    def value(self, field: str, read: Callable[[str], T | CellFault]) -> T | None:
        cell = self.wish.cells.get(field)
        value = read(cell) if cell and field not in self._unread else None
        if isinstance(value, CellFault):
            self._refuse(value.of(field))
            return None
        return value

    def edits(self) -> Iterator[Edit]:
        for column in COLUMNS:
            if column.edit and (edit := self.value(column.field, column.edit)):
                yield edit

    def places(self) -> Mapping[str, str] | None:
        """The cells of the place, their zeros restored; None when one of them is wrong."""
        before = len(self.errors)
        said = {field: value for field in _PLACES if (value := self.value(field, _PLACES[field]))}
        if name := self.wish.cells.get("commune.name"):
            said["commune.name"] = name
        for refusal in doubled_places(said):
            self._refuse(refusal)
        return said if len(self.errors) == before else None

    def check_shape(self, width: int) -> None:
        for field, cell in self.wish.cells.items():
            if fault := _shape_fault(field, cell):
                self._unread.add(field)
                self._refuse(fault.of(field))
        if any(cell.strip() for cell in self.wish.line.cells[width:]):
            self._refuse(_TOO_WIDE.of("name"))

    def check_sense(self) -> None:
        said = self.wish.cells
        for field in _DAYS:
            self._check_day(field, said.get(field, ""))
        for refusal in (*_sirens(said), *_legal_words(said)):
            self._refuse(refusal)

    def _check_day(self, field: str, cell: str) -> None:
        other = self._american.get(field)
        if other and dates.has_two_readings(cell):
            fault = dates.month_first_fault(other.line.number, other.cells[field])
            self._refuse(fault.of(field))

    def _refuse(self, refusal: Refusal) -> None:
        self.errors.append(self.wish.error(refusal.field, refusal.reason, refusal.remedy))


def _shape_fault(field: str, cell: str) -> CellFault | None:
    if UNREADABLE in cell or is_garbled(cell):
        return _INVISIBLE
    return absent.ERROR if absent.is_error(cell) and field not in _MAY_BE_ERRORS else None


def _sirens(said: Mapping[str, str]) -> Iterator[Refusal]:
    """A SIRET of another legal unit than the SIREN beside it."""
    of_siret = numbers.siren_in_siret(said.get("siret", ""))
    own = numbers.siren(said.get("siren", ""))
    if own and of_siret and own != of_siret and not numbers.may_show(of_siret, said["siren"]):
        yield Refusal(
            "siren",
            Sentence(
                f"n'est pas celui du SIRET {said['siret']}", f"is not that of SIRET {said['siret']}"
            ),
            Sentence("Corrigez l'un des deux", "Correct one of the two"),
        )


def _legal_words(said: Mapping[str, str]) -> Iterator[Refusal]:
    """A form or a statute that the other column denies."""
    statute = words.legal(said.get("statute", ""), words.WRITE_STATUTE)
    form = words.legal(said.get("form", ""), words.WRITE_FORM)
    if isinstance(statute, CellFault) or isinstance(form, CellFault):
        return
    pairs = ((statute.statute, form.statute), (statute.form, form.form))
    if any(one and other and one != other for one, other in pairs):
        yield Refusal(
            "form",
            Sentence(
                f"contredit le statut « {said['statute']} »",
                f'contradicts the statute "{said["statute"]}"',
            ),
            Sentence("Corrigez l'une des deux cellules", "Correct one of the two cells"),
        )


def _doubtful(table: Table, line: Line, doubt: Doubt) -> RowError:
    """Shown at the cell with the mark, whatever its column."""
    heading = table.headings[line.place].strip() if line.place < len(table.headings) else ""
    cell = line.cells[line.place] if line.place < len(line.cells) else ""
    fault = _DOUBTS[doubt]
    reason = Sentence(
        fault.reason.fr.format(row=line.number), fault.reason.en.format(row=line.number)
    )
    return RowError(line.number, heading or "—", clean(cell)[:MAX_SHOWN], reason, fault.remedy)


_INVISIBLE: Final = CellFault(
    Sentence("contient des caractères illisibles", "holds unreadable characters"),
    Sentence("Saisissez la cellule de nouveau", "Type the cell again"),
)
_TOO_WIDE: Final = CellFault(
    Sentence("ouvre une ligne de plus de cellules que de colonnes", "has more cells than columns"),
    Sentence(
        "Mettez entre guillemets le texte qui contient le séparateur",
        "Put the text that holds the separator in quotation marks",
    ),
)
_CLOSE_IT: Final = Sentence(
    "Fermez ou retirez le guillemet", "Close the quotation mark or remove it"
)
_DOUBTS: Final = {
    Doubt.UNCLOSED: CellFault(
        Sentence(
            "ouvre à la ligne {row} un guillemet qui n'est jamais fermé",
            "opens a quotation mark in row {row} that is never closed",
        ),
        _CLOSE_IT,
    ),
    Doubt.CLOSED_EARLY: CellFault(
        Sentence(
            "ferme un guillemet avant la fin de la cellule",
            "closes a quotation mark before the end of the cell",
        ),
        Sentence(
            "Doublez les guillemets qui font partie du texte, ou retirez-les",
            "Double the quotation marks that are part of the text, or remove them",
        ),
    ),
    Doubt.SWALLOWING: CellFault(
        Sentence(
            "tient entre guillemets plusieurs lignes qui ressemblent à des structures",
            "holds between quotation marks several lines that look like rows",
        ),
        _CLOSE_IT,
    ),
    Doubt.TORN: CellFault(
        Sentence(
            "suit un guillemet jamais fermé et n'a pas une cellule par colonne",
            "follows an unclosed quotation mark and has not one cell for each column",
        ),
        _CLOSE_IT,
    ),
}
